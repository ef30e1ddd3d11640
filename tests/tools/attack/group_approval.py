"""accept-build: approvals that are not those of enough people for this very release."""
import base64
import textwrap

from attack.attempts import Attack, request
from attack.release import NAMESPACE, Release, deb, sign_statement
from attack.terminal import run

GROUP = 'approval'
NAMES = 'approval-names-this-release'
ENOUGH = 'approved-by-enough-people'
IN_FORCE = 'approval-is-in-force'


def relabelled(armor, hash_name):
    """The same signature, said to be over another hash."""
    lines = armor.strip().splitlines()
    blob = base64.b64decode(''.join(lines[1:-1]))
    changed = blob.replace(b'\0\0\0\x06sha512', len(hash_name).to_bytes(4, 'big') + hash_name.encode())
    assert changed != blob
    body = '\n'.join(textwrap.wrap(base64.b64encode(changed).decode(), 70))
    return f'{lines[0]}\n{body}\n{lines[-1]}\n'


class Forger:
    """A release that two people approved of, and what can be done with their keys and papers."""

    def __init__(self, terminal, folder):
        self.release = Release(terminal, 'delta', '1.0', [deb('delta')])
        self.other = Release(terminal, 'epsilon', '1.0', [deb('epsilon')])
        self.stranger = folder / 'stranger'
        run('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', self.stranger)

    def with_signatures(self, *signatures):
        entries = [{'approver': name, 'signature': armor} for name, armor in signatures]
        return self._ask(signatures=entries)

    def with_statement(self, statement):
        """Everybody has signed it: what it says is the only thing wrong."""
        entries = [{'approver': name, 'signature': sign_statement(self.release.key(name), statement)}
                   for name in ('alice', 'bob')]
        return self._ask(statement=statement, signatures=entries)

    def edited(self, old, new):
        assert old in self.release.statement, old
        return self.with_statement(self.release.statement.replace(old, new, 1))

    def field(self, name, value):
        line = next(line for line in self.release.statement.splitlines()
                    if line.startswith(f'{name}: '))
        return self.edited(line + '\n', f'{name}: {value}\n')

    def _ask(self, **changes):
        return request(self.release.accept_request(**changes),
                       [data for _, data in self.release.artefacts])


def _people(forger):
    release = forger.release
    alice, bob = release.signatures['alice'], release.signatures['bob']
    statement = release.statement
    stranger = sign_statement(forger.stranger, statement)
    elsewhere = sign_statement(release.key('bob'), statement, 'file')
    yield 'of nobody', ()
    yield 'of one of two', (('alice', alice),)
    yield 'of the same person twice', (('alice', alice), ('alice', alice))
    yield "one person's signature under another's name", (('alice', alice), ('bob', alice))
    yield "with a stranger's key under an approver's name", (('alice', alice), ('bob', stranger))
    yield "with a stranger's key under their own name", (('alice', alice), ('mallory', stranger))
    yield 'signed in another namespace', (('alice', alice), ('bob', elsewhere))
    yield 'signed over another text', (('alice', alice), (
        'bob', sign_statement(release.key('bob'), statement + '\n')))
    yield 'with a signature over SHA-256', (('alice', alice), ('bob', sign_statement(
        release.key('bob'), statement, NAMESPACE, '-O', 'hashalg=sha256')))
    yield 'with a SHA-512 signature said to be over SHA-256', (
        ('alice', alice), ('bob', relabelled(bob, 'sha256')))
    yield 'with a signature said to be over SHA-1', (('alice', alice),
                                                     ('bob', relabelled(bob, 'sha1')))
    yield 'with a signature that is none', (('alice', alice), ('bob', 'trust me'))


def _statements(forger):
    release, other = forger.release, forger.other
    yield 'replayed: of another release', NAMES, forger.with_statement(other.statement)
    for name, field, value in (
            ('of another lock', 'lock', 'sha256:' + '0' * 64),
            ('of another product file', 'product-file', 'sha256:' + '0' * 64),
            ('under another policy', 'policy', 'sha256:' + '0' * 64),
            ('of another version', 'version', '1.1'), ('for another suite', 'suites', 'testing/main'),
            ('for another group of terminals', 'terminal-group', 'elsewhere'),
            ('of another action', 'action', 'promote')):
        yield name, NAMES, forger.field(field, value)
    yield 'that has expired', IN_FORCE, forger.field('expires', '2020-01-01T00:00:00Z')
    yield 'for ten years', IN_FORCE, forger.field('expires', '2036-01-01T00:00:00Z')
    yield 'without end', NAMES, forger.field('expires', 'never')
    yield 'that goes on after its end', NAMES, forger.with_statement(release.statement + 'x: y\n')
    yield 'with lines that end in CR LF', NAMES, forger.with_statement(
        release.statement.replace('\n', '\r\n'))
    yield 'with a space too many', NAMES, forger.edited('product: ', 'product:  ')
    yield 'that is empty', NAMES, forger.with_statement('\n')


def attacks(forger):
    for name, signatures in _people(forger):
        yield Attack(GROUP, f'an approval {name}', ENOUGH, forger.with_signatures(*signatures))
    for name, rule, act in _statements(forger):
        yield Attack(GROUP, f'an approval {name}', rule, act)
    crowd = [('alice', forger.release.signatures['alice'])] * 65
    yield Attack(GROUP, 'an approval with 65 signatures', 'error: too many entries',
                 forger.with_signatures(*crowd))
