"""accept-attestation, allow-dissent, and a build that a rebuilder does not get: what no rebuilder said, what was said
of something else, and dissents that nobody overruled. Attestations are written here, from docs/formats.md."""
import json

from attack.attempts import Attack, request
from attack.attestation import attest, envelope_of, pre_authentication, statement_of
from attack.group_promote import Asker
from attack.release import Release, deb, digest, sign_statement

GROUP = 'rebuild'
READ = 'attestation-can-be-read'
SIGNED = 'attestation-is-signed-by-a-rebuilder'
NAMED = 'approval-names-this-dissent'


def _ask(envelope, release):
    return request({'type': 'accept-attestation', 'envelope': envelope, 'lock': release.lock_text})


def _of_nobody(terminal, release):
    record = json.loads(release.record_text)
    north, stranger = terminal.rebuilder('north'), terminal.rebuilder('stranger')
    good = attest(record, north)
    other = dict(record, built_at=1700000001)
    armor = sign_statement(north, pre_authentication(statement_of(record)), 'hallmark-rebuild@v1')
    for name, rule, envelope in (
            ('that a stranger signed', SIGNED, attest(record, stranger)),
            ('that an approver signed', SIGNED, attest(record, release.key('alice'))),
            ('signed for another purpose', SIGNED, attest(record, north, 'hallmark-approval@v1')),
            ('of another statement than was signed', SIGNED, envelope_of(statement_of(other), armor, north)),
            ('with the key of somebody else in its name', READ,
             envelope_of(statement_of(record), armor, stranger)),
            ('with a field more', READ, good.replace('{"payload"', '{"note":"x","payload"', 1)),
            ('with two signatures', READ, _signed_twice(good)),
            ('in another spelling', READ, good.replace('":"', '": "', 1)),
            ('with a line feed more', READ, good + '\n'),
            ('that claims to be rebuilt itself', READ, attest(dict(record, evidence='rebuilt'), north)),
            ('that is nothing', READ, '')):
        yield f'an attestation {name}', rule, _ask(envelope, release)


def _signed_twice(envelope):
    document = json.loads(envelope)
    document['signatures'] *= 2
    return json.dumps(document, sort_keys=True, separators=(',', ':')) + '\n'


def _of_something_else(terminal, release, before):
    record = json.loads(release.record_text)
    target = record['target']
    for name, rule, change in (
            ('of another lock than is shown', 'attestation-is-of-this-lock', {'lock_sha256': digest(before.lock_text)}),
            ('of another version', 'attestation-is-of-this-lock', {'version': '7'}),
            ('for a suite that the lock has not', 'target-is-the-locks', {'target': dict(target, suite='testing')}),
            ('for an architecture that the lock has not', 'target-is-the-locks',
             {'target': dict(target, architecture='arm64')}),
            ('from another environment', 'environment-is-the-locks', {'environment_sha256': '0' * 64})):
        yield (f'an attestation {name}', rule,
               _ask(attest(dict(record, **change), terminal.rebuilder('north')), release))


def _outcome(release):
    """As `sha256sum FILE... | sha256sum` has it, sorted by name."""
    return digest(''.join(f'{digest(data)}  {name}\n' for name, data in sorted(release.artefacts)))


def _asked(asker, release, attestation, people=('alice', 'bob'), says=None, **facts):
    asked = {'product': release.product, 'version': release.version, 'owner': 'south', 'reason': 'because',
             'attestations': [attestation], 'outcome': _outcome(release), **facts}
    lines = {'product': asked['product'], 'policy': f'sha256:{asker.policy}', 'version': asked['version'],
             'rebuilder': asked['owner'], 'attestation': f'sha256:{asked["attestations"][0]}', 'outcome': f'sha256:{asked["outcome"]}',
             'reason': asked['reason'], **(says or {})}
    text = asker.statement('dissent', [f'{key}: {value}' for key, value in lines.items()])
    return request(asker.approved({'type': 'allow-dissent', **asked}, text, people))


def _dissents(terminal, release):
    """South got something else; once alice and bob have overruled that, it says so again."""
    asker = Asker(terminal)
    record = json.loads(release.record_text)
    other = dict(record, artefacts=[dict(record['artefacts'][0], sha256='0' * 64)])
    again = dict(other, built_at=1700000002)
    first, later = (digest(pre_authentication(statement_of(said))) for said in (other, again))
    south = terminal.rebuilder('south')
    _ask(attest(other, south), release)(terminal)
    build = request(release.accept_request(), release.contents())
    stopped, those = 'no-rebuilder-dissents', 'attestations-are-the-rebuilders'
    yield 'a build that a rebuilder did not get', stopped, build
    yield 'a dissent that nobody overruled', 'approved-by-enough-people', _asked(asker, release, first, people=())
    yield 'a dissent that one of two overruled', 'approved-by-enough-people', _asked(asker, release, first, ('alice',))
    yield "another rebuilder's dissent", NAMED, _asked(asker, release, first, says={'rebuilder': 'north'})
    yield 'another dissent than people overruled', NAMED, _asked(
        asker, release, first, says={'attestation': f'sha256:{later}'})
    yield 'a dissent that was never said', those, _asked(asker, release, later)
    yield "a dissent that another rebuilder said", those, _asked(asker, release, first, owner='north')
    yield 'a reason that brings a line along', 'request-can-be-read', _asked(
        asker, release, first, reason='so\nexpires: 2036-01-01T00:00:00Z')
    _asked(asker, release, first)(terminal)
    _ask(attest(again, south), release)(terminal)
    yield 'a build that a rebuilder did not get again, after the first was overruled', stopped, build


def _built_elsewhere(terminal, release):
    """Nobody built it here: north says what came of it, and later south."""
    record = json.loads(release.record_text)
    asked = release.accept_request(target=release.target)
    del asked['record']
    build, good = request(asked, release.contents()), release.artefacts[0][1]
    _ask(attest(record, terminal.rebuilder('north')), release)(terminal)
    yield 'what one of two rebuilders got, and nobody built here', 'enough-rebuilders-agree', build
    _ask(attest(record, terminal.rebuilder('south')), release)(terminal)
    yield 'other bytes than the rebuilders got', 'artefacts-are-those-of-the-record', request(asked, [good[:-1] + b'x'])
    yield 'what they got, for another suite', 'enough-rebuilders-agree', request(
        dict(asked, target=dict(release.target, suite='testing')), release.contents())
    yield 'what they got, and one of two people approved of', 'approved-by-enough-people', request(
        dict(asked, signatures=asked['signatures'][:1]), release.contents())


def attacks(terminal):
    before = Release(terminal, 'sigma', '0.9', [deb('sigma', '0.9')])
    release = Release(terminal, 'sigma', '1.0', [deb('sigma', '1.0')])
    for name, rule, act in (*_of_nobody(terminal, release), *_of_something_else(terminal, release, before)):
        yield Attack(GROUP, name, rule, act)
    for name, rule, act in _dissents(terminal, release):
        yield Attack(GROUP, name, rule, act)
    for name, rule, act in _built_elsewhere(terminal, Release(terminal, 'tau', '1.0', [deb('tau', '1.0')])):
        yield Attack(GROUP, name, rule, act)
