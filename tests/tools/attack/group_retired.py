"""A version whose place a newer one has taken, in a suite that keeps one: nothing brings it back."""
from attack.attempts import Attack, request
from attack.group_promote import Asker
from attack.indices import files_of, sign_request
from attack.policies import Policies
from attack.release import Release, deb

GROUP = 'retired'
SUITE = 'kept'


def _signed_with(text):
    files = files_of({'amd64': text})
    return request(sign_request(files, SUITE), list(files.values()))


def _keeps(versions):
    def change(policy):
        suite = next(suite for suite in policy['suites'] if suite['name'] == SUITE)
        suite.pop('keep_versions')
        if versions:
            suite['keep_versions'] = versions
    return change


def attacks(terminal):
    old = Release(terminal, 'digamma', '1.0', [deb('digamma')], suite=SUITE)
    retired, = old.accept()
    newest, = Release(terminal, 'digamma', '2.0', [deb('digamma', '2.0')], suite=SUITE).accept()
    terminal.ask(old.accept_request(), old.files())  # is answered, and changes nothing
    for what, text in (('with it', f'{retired}\n{newest}\n'), ('with it in the place of the newest', f'{retired}\n'),
                       ('without the newest', '')):
        yield Attack(GROUP, f'an index {what}', 'stanzas-are-those-accepted', _signed_with(text))
    yield Attack(GROUP, 'its promotion', 'release-is-of-packages',
                 request(Asker(terminal).promote(old, to='testing')))
    between = Release(terminal, 'digamma', '1.5', [deb('digamma', '1.5')], suite=SUITE)
    yield Attack(GROUP, 'a version between it and the newest', 'versions-are-not-lowered',
                 request(between.accept_request(), between.contents()))
    policies = Policies(terminal, 'what has left')
    for what, versions in (('two versions', 2), ('every version', None)):
        text = policies.text(_keeps(versions))
        yield Attack(GROUP, f'a policy that everybody approved of, by which the suite keeps {what}',
                     'retired-versions-stay-retired', request(policies.request(text, ('alice', 'bob', 'carol'))))
