"""Another terminal of the group: its log, forged on the way or by whoever has its key, what it accepted,
changed on the way, and a terminal that has not judged it. What is too late is in group_late.py."""
import json

from attack.attempts import Attack, request
from attack.group_apk import make_apk, recipe
from attack.policies import Policies
from attack.release import Release, deb, digest
from attack.sibling import Sibling, batch, line_of, utc
from attack.wire import memory_file

GROUP = 'siblings'
CONTINUES = 'sibling-log-continues-what-was-seen'
READ = 'sibling-lines-can-be-read'
THOSE = 'artefacts-are-those-of-the-record'


class Group:
    """The terminal's policy names siblings for as long as they are needed."""

    def __init__(self, terminal, folder):
        self.terminal, self.folder, self.policies = terminal, folder, Policies(terminal, 'the siblings')

    def name(self, *names):
        """The policy names these and no others."""
        siblings = [Sibling(self.folder, name) for name in names]
        self.policies.bring(lambda policy: policy['log_keys'].extend(
            sibling.policy_entry() for sibling in siblings))
        for sibling in siblings:
            sibling.add('policy', sha256=self.policies.asker.policy)
        return siblings

    def accepted(self, sibling, name, approvers=('alice', 'bob')):
        """The sibling says that it accepted a release. The request as it keeps it, too."""
        release = Release(self.terminal, name, '1.0', [deb(name)], suite='testing',
                          approvers=approvers)
        return release, say_accepted(sibling, release, release.accept_request(), self.policies.asker.policy)

    def accepted_app(self, sibling, claimed):
        """The sibling says that it accepted an app, and that `claimed` is what it became when it was signed."""
        data = make_apk(version_code=50)
        release = Release(self.terminal, 'pi', '50', [('app.apk', data)], suite='testing', recipe=recipe())
        text = json.dumps(dict(release.accept_request(), record_text=release.record_text), sort_keys=True).encode()
        sibling.add('acceptance', name='app.apk', sha256=digest(data), size=len(data), product='pi', version='50',
                    suite='testing', component='main', lock=digest(release.lock_text), request=digest(text),
                    policy=self.policies.asker.policy, application='org.example.app', path='apk/app_50.apk')
        sibling.add('apk', name='app.apk', sha256=digest(claimed), size=len(claimed), unsigned_sha256=digest(data))
        return text

    def ask(self, body, files=()):
        return self.terminal.ask(body, [memory_file(data) for data in files])

    def read(self, sibling):
        self.ask(import_body(sibling), [batch(sibling.lines)])


def say_accepted(sibling, release, request_of_it, policy, **facts):
    """A line more. The text that it names."""
    text = json.dumps(dict(request_of_it, record_text=release.record_text), sort_keys=True).encode()
    file, data = release.artefacts[0]
    sibling.add('acceptance', name=file, sha256=digest(data), size=len(data), product=release.product,
                version=release.version, suite='testing', component='main', lock=digest(release.lock_text),
                request=digest(text), policy=policy, **facts)
    return text


def import_body(sibling, lines=None, **changes):
    return dict({'type': 'import-sibling-log', 'terminal': sibling.name, 'from': 0,
                 'checkpoint': sibling.checkpoint(lines)}, **changes)


def adopt_body(sibling, **changes):
    return dict({'type': 'adopt', 'terminal': sibling.name, 'sequence': 1}, **changes)


def _in_between(group, sibling):
    """The sibling is honest; whoever carries its log is not."""
    lines, note = sibling.lines, sibling.checkpoint()
    stranger = Sibling(group.folder, 'stranger')
    named = 'sibling-is-in-the-policy'
    signed = 'sibling-checkpoint-is-signed-by-its-key'
    for what, rule, handed_in, changes in (
            ('signed by another key', signed, lines, {
                'checkpoint': sibling.checkpoint(signed_by=stranger)}),
            ('with a changed checkpoint', signed, lines, {
                'checkpoint': note.replace(f'\n{len(lines)}\n', f'\n{len(lines) + 1}\n')}),
            ('with no checkpoint', signed, lines, {'checkpoint': 'not found'}),
            ("under this terminal's name", named, lines, {'terminal': 'demo'}),
            ('under a name that the policy has not', named, lines, {'terminal': 't9'}),
            ('with a line cut off', CONTINUES, lines[:-1], {}),
            ('with a line more', CONTINUES, lines + lines[-1:], {}),
            ('with a line changed', CONTINUES, lines[:-1] + [lines[-1].upper()], {}),
            ('with its lines in another order', CONTINUES, lines[::-1], {}),
            ('cut within a line', CONTINUES, lines[:-1] + [lines[-1][:-1]], {}),
            ('without its first lines', CONTINUES, lines[1:], {'from': 1}),
            ('from a line beyond all', CONTINUES, lines, {'from': 2**60})):
        yield f"a sibling's log {what}", rule, import_body(sibling, **changes), [batch(handed_in)]


def _adoptions(sibling, release, text):
    data = release.artefacts[0][1]
    for what, rule, files, changes in (
            ('by another request', 'request-is-the-lines', [text + b' ', data], {}),
            ('by a request of an approver more', 'request-is-the-lines',
             [text.replace(b'"alice"', b'"carol"', 1), data], {}),
            ('with other bytes', THOSE, [text, data[:-1] + b'x'], {}),
            ('with one byte more', THOSE, [text, data + b'x'], {}),
            ('without its file', THOSE, [text], {}),
            ('with a file more', THOSE, [text, data, data], {}),
            ('of a line before', 'line-is-known-and-next', [text, data], {'sequence': 0}),
            ('of a line that nobody wrote', 'line-is-known-and-next', [text, data], {'sequence': 99}),
            ('of a terminal that the policy has not', 'sibling-is-in-the-policy', [text, data],
             {'terminal': 't9'}),
            ('of this terminal', 'sibling-is-in-the-policy', [text, data], {'terminal': 'demo'})):
        yield f"adopting a sibling's release {what}", rule, adopt_body(sibling, **changes), files


def _honest_sibling(group, suites):
    sibling, = group.name('t2')
    ours = Release(group.terminal, 'nu', '1.0', [deb('nu')], suite='testing')
    asked = ours.accept_request(), [data for _, data in ours.artefacts]
    theirs, text = group.accepted(sibling, 'xi')
    yield from _in_between(group, sibling)
    group.read(sibling)
    yield 'a release, where what the sibling accepted was not judged', 'sibling-lines-are-adopted', \
        *asked
    yield from _adoptions(sibling, theirs, text)
    group.ask(adopt_body(sibling), [text, theirs.artefacts[0][1]])
    yield from _replayed(group, theirs)
    body, files = suites.honest_request()
    served = dict(body, published_releases=['-----BEGIN PGP SIGNED MESSAGE-----\n'])
    yield 'a suite for which something is served that is in no log', 'served-release-is-known', \
        served, files
    sibling.add('refusal')
    newer = import_body(sibling)
    yield "a sibling's newer checkpoint, without the newer lines", CONTINUES, newer, \
        [batch(sibling.lines[:-1])]
    yield 'a release, where the sibling has signed more lines than were read', \
        'sibling-lines-are-adopted', *asked
    yield from _forked(sibling, asked)


def _replayed(group, theirs):
    """The approval that the sibling used, for bytes of this terminal's own."""
    other = deb('xi', depends='libc6, evil')
    record = dict(theirs._record(), artefacts=[{'name': other[0], 'size': len(other[1]),
                                                'sha256': digest(other[1])}])
    body = theirs.accept_request(record=theirs.put_record(json.dumps(record)))
    yield 'an approval that a sibling has used, for other bytes', 'approval-is-not-used-up', body, \
        [other[1]]


def _forked(sibling, asked):
    fork = sibling.lines[:-1] + [line_of(sibling, len(sibling.lines) - 1, 'refusal', name='y')]
    yield "a sibling's log that is forked", \
        f'{CONTINUES}|no-sibling-contradiction-stands', import_body(sibling, fork), [batch(fork)]
    yield 'a release, where the sibling has signed two histories', \
        'no-sibling-contradiction-stands', *asked
    yield "the sibling's right log again, after it has signed two histories", \
        'no-sibling-contradiction-stands', import_body(sibling), [batch(sibling.lines)]


def _hostile_lines():
    yield 'from the future', 'sibling-is-not-ahead-of-the-clock', {'time': utc(3600)}
    yield 'of another terminal', READ, {'terminal': 'demo'}
    yield 'of another number', READ, {'sequence': 7}
    yield 'that names a path for a digest', READ, {'kind': 'withdrawal',
                                                   'request': '../../etc/shadow'}
    yield 'that tells of more of this terminal than it knows', 'sibling-adopted-what-is-there', {
        'kind': 'withdrawal', 'request': '0' * 64, 'policy': '0' * 64, 'sibling': 'demo',
        'sibling_sequence': 10**6, 'sibling_time': utc()}
    yield 'that puts a policy in force by no digest', READ, {'kind': 'policy', 'sha256': 'lax'}


def _hostile_siblings(group):
    """Somebody has the sibling's log key: what it signs is read, and does not count by that."""
    hostile = list(_hostile_lines())
    siblings = group.name(*(f'h{i}' for i in range(len(hostile) + 4)))
    for sibling, (what, rule, facts) in zip(siblings, hostile):
        honest = json.loads(line_of(sibling, 1, 'refusal'))
        sibling.lines.append(json.dumps(dict(honest, **facts)).encode())
        yield f"a sibling's line {what}", rule, import_body(sibling), [batch(sibling.lines)]
    for sibling, what, line in ((siblings[-4], 'that is no JSON', b'{' * 1000),
                                (siblings[-3], 'that is nested without end', b'[' * 60000)):
        sibling.lines.append(line)
        yield f"a sibling's line {what}", READ, import_body(sibling), [batch(sibling.lines)]
    claimed = make_apk(version_code=51)
    text = group.accepted_app(siblings[-2], claimed)
    group.read(siblings[-2])
    for what, rule, data in (('that its key did not sign', 'adopted-app-is-signed-by-its-key', claimed),
                             ('with other bytes than its log says', THOSE, claimed[:-1] + b'x')):
        yield f"a sibling's app {what}", rule, adopt_body(siblings[-2]), [text, data]
    release, text = group.accepted(siblings[-1], 'omicron', approvers=('alice',))
    group.read(siblings[-1])
    yield "a sibling's release that one of two approved of", 'approved-by-enough-people', \
        adopt_body(siblings[-1]), [text, release.artefacts[0][1]]


def _call_back(sibling, release, policy):
    """The sibling says so; who approved of that is not asked before it is adopted."""
    file, data = release.artefacts[0]
    sibling.add('withdrawal', name=file, sha256=digest(data), size=len(data), product=release.product,
                version=release.version, suite='testing', component='main', request='0' * 64, policy=policy)


def _called_back(group):
    """What a hostile sibling's log calls back is adopted without its bytes, and by nothing less."""
    names = {'package': 'called', 'package_version': '1.0', 'architecture': 'amd64'}
    siblings = group.name('c0', 'c1', 'c2', 'c3', 'c4')
    policy = group.policies.asker.policy
    for sibling, what, rule, approvers, told, calls_back in (
            (siblings[0], 'that one of two approved of', 'approved-by-enough-people', ('alice',), {}, 'c0'),
            (siblings[1], 'under the name of another package', THOSE, ('alice', 'bob'),
             {'package': 'openssl'}, 'c1'),
            (siblings[2], 'under no name', THOSE, ('alice', 'bob'), {'package': '../openssl'}, 'c2'),
            (siblings[3], "that another terminal's log alone calls back", THOSE, ('alice', 'bob'), {}, 'c4')):
        release = Release(group.terminal, 'called', '1.0', [deb('called')], suite='testing',
                          approvers=approvers)
        text = say_accepted(sibling, release, release.accept_request(), policy, **dict(names, **told))
        _call_back(next(each for each in siblings if each.name == calls_back), release, policy)
        group.read(sibling)
        if calls_back != sibling.name:
            group.read(siblings[4])
        yield f"a sibling's release without its file, called back since, {what}", rule, \
            adopt_body(sibling), [text]


def attacks(suites, folder):
    """A generator: the policy names siblings for as long as it has attacks to give."""
    group = Group(suites.terminal, folder)
    for one_after_another in (_honest_sibling(group, suites), _hostile_siblings(group), _called_back(group)):
        for name, rule, body, files in one_after_another:
            yield Attack(GROUP, name, rule, request(body, files))
    group.name()
