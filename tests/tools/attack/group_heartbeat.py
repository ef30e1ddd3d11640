"""refresh-apt-release, the heartbeat: the newest Release with a new Date, and never what it was before."""
from attack import users
from attack.attempts import EVERYBODY, Attack, Row, request
from attack.indices import files_of, sign_request
from attack.policies import Policies
from attack.release import Release, deb
from attack.wire import memory_file

GROUP = 'heartbeat'
HEARTBEAT = {'type': 'refresh-apt-release', 'suite': 'stable'}
CHANGED = 'nothing-changed-since-the-release'


def _another_architecture(policy):
    next(suite for suite in policy['suites'] if suite['name'] == 'stable')['architectures'].append('armhf')


def _list_of(answer):
    return answer['release'].partition('\nSHA256:\n')[2]


class Older:
    """omega in stable is accepted, then published, then called back: a heartbeat would sign what was before."""

    def __init__(self, suites):
        self.suites, self.terminal = suites, suites.terminal
        self.policies = Policies(suites.terminal, 'a heartbeat')

    def attacks(self):
        _sign(self.terminal, self.suites.text)
        release = Release(self.terminal, 'omega', '1.0', [deb('omega')])
        stanza, = release.accept()
        yield 'without the package that was accepted since', CHANGED, HEARTBEAT
        self.text = f'{self.suites.text}{stanza}\n'
        self.signed = _sign(self.terminal, self.text)
        self.terminal.ask(self.policies.asker.withdrawal(release))
        yield 'with the package that was called back since', CHANGED, HEARTBEAT
        self.newest = _sign(self.terminal, self.suites.text)
        self.policies.bring(_another_architecture)
        yield 'without the architecture that the policy has since', 'release-lists-the-suites-indices', HEARTBEAT
        self.policies.bring_back()

    def handed_in(self):
        """Where nothing has changed, the heartbeat comes; an older Release beside the request is no part of it."""
        row = Row(GROUP, "a heartbeat with an older Release's words and indices beside it", list(EVERYBODY),
                  'is answered with the newest', 'yes')
        files = files_of({'amd64': self.text})
        body = dict(HEARTBEAT, release=self.signed['release'], indices=list(files))
        for user in EVERYBODY:
            answer = users.run_as(user, lambda: self.terminal.ask(body, [memory_file(data) for data in files.values()]))
            if _list_of(answer) != _list_of(self.newest) or _list_of(answer) == _list_of(self.signed):
                row.fault = f'something else than the newest was signed for {user}'
        return row


def _sign(terminal, text):
    files = files_of({'amd64': text})
    return terminal.ask(sign_request(files), [memory_file(data) for data in files.values()])


def attacks(older):
    """A generator: Release and policy are others for as long as it has attacks to give."""
    for what, rule, body in older.attacks():
        yield Attack(GROUP, f'a heartbeat {what}', rule, request(body))
    for what, rule, changes in (
            ('of a suite that was never signed', 'suite-has-a-release', {'suite': 'listed'}),
            ('of a suite that is none', 'suite-is-in-the-policy', {'suite': '../stable'}),
            ('where something is served that is in no log', 'served-release-is-known', {
                'published_releases': ['-----BEGIN PGP SIGNED MESSAGE-----\n']})):
        yield Attack(GROUP, f'a heartbeat {what}', rule, request(dict(HEARTBEAT, **changes)))
