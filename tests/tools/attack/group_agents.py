"""A signer, or a publisher, that is itself taken over, where its agent speaks the ssh-agent protocol. Whatever the
agent answers: the files of its keys are the same afterwards, and it offers the one key that it should, which signs."""
import struct

from attack import ssh_wire, users
from attack.attempts import Attack, Row
from attack.group_around import DENIED, NOT_THE_SIGNER
from attack.ssh_wire import blob_of, text, texts_of
from attack.terminal import run

GROUP = 'agents'
ADD, REMOVE, REMOVE_ALL, ADD_CARD, REMOVE_CARD, LOCK, UNLOCK, ADD_CONSTRAINED, EXTENSION = (
    17, 18, 19, 20, 21, 22, 23, 25, 27)
CONFIRM, LIFETIME = b'\2', b'\1' + struct.pack('>I', 1)
ED25519 = bytes.fromhex('302a300506032b6570032100')  # what is before the key in its SubjectPublicKeyInfo, RFC 8410
# In the place of somebody at the terminal's screen, who does all that is asked there.
PINENTRY = r"""#!/bin/sh
echo OK
while read -r line; do
  case $line in
    GETPIN*) printf 'D \nOK\n' ;;
    BYE*) echo OK; exit ;;
    *) echo OK ;;
  esac
done
"""


class Agent:
    """One of the two, with whom may ask it, the key that it offers, and others of its keys."""

    def __init__(self, name, terminal, socket, user, offered, others, folder):
        self.name, self.user, self.offered, self.others = name, user, offered, others
        self.home, self.socket = terminal.root / 'keys' / name, terminal.root / 'run' / socket
        self.signed, self.public = folder / f'{name}.signed', folder / f'{name}.public'
        self.signed.write_bytes(b'a text to sign')
        self.public.write_bytes(ED25519 + texts_of(offered)[1])

    def files(self):
        return {str(path.relative_to(self.home)): path.read_bytes() if path.is_file() else b''
                for path in self.home.rglob('*') if not path.is_socket()}

    def trouble(self):
        if ssh_wire.identities(self.socket) != [self.offered]:
            return 'it offers other keys than before'
        signature = ssh_wire.signature(self.socket, self.offered, self.signed.read_bytes())
        if signature is None:
            return 'the key that it offers does not sign'
        file = self.signed.with_suffix('.signature')
        file.write_bytes(signature)
        run('openssl', 'pkeyutl', '-verify', '-rawin', '-pubin', '-keyform', 'DER', '-inkey', self.public,
            '-in', self.signed, '-sigfile', file)
        return ''


def _agents(terminal, folder):
    policy, public = terminal.policy, terminal.root / 'public'
    log = blob_of(policy['log_keys'][0]['key'])
    publishing = blob_of((terminal.root / 'keys' / 'publishing.pub').read_text())
    others = {'OpenPGP': _openpgp_key(public / 'archive-keyring.asc', policy['suites'][0]['keys'][0], folder),
              'APK': _apk_key(public / f'apk-{policy["apk_keys"][0]["name"]}.der')}
    yield Agent('signing', terminal, 'log.sock', 'hallmark-sign', log, others, folder)
    yield Agent('publishing', terminal, 'publishing.sock', 'hallmark-push', publishing, {}, folder)


def _openpgp_key(keyring, fingerprint, folder):
    home = folder / 'gnupg'
    home.mkdir(mode=0o700)
    gpg = ('gpg', '--batch', '--quiet', '--homedir', home)
    run(*gpg, '--import', keyring)
    return blob_of(run(*gpg, '--export-ssh-key', f'{fingerprint}!').decode())


def _apk_key(certificate):
    pem = run('openssl', 'x509', '-inform', 'DER', '-pubkey', '-noout', '-in', certificate)
    return blob_of(run('ssh-keygen', '-i', '-m', 'PKCS8', '-f', '/dev/stdin', data=pem).decode())


def _to_add(blob):
    """A key that the agent has: its public half is what there is to know, the other is made up."""
    kind, *parts = texts_of(blob)
    made_up = b'\x11' * 32
    if kind == b'ssh-ed25519':
        return text(kind) + text(parts[0]) + text(made_up + parts[0]) + text('x')
    exponent, modulus = parts
    return b''.join(map(text, (kind, modulus, exponent, made_up, made_up, made_up, made_up, 'x')))


def _own_key(folder):
    path = folder / 'own'
    run('openssl', 'genpkey', '-algorithm', 'ed25519', '-outform', 'DER', '-out', path)
    public = run('openssl', 'pkey', '-inform', 'DER', '-in', path, '-pubout', '-outform', 'DER')[-32:]
    return text('ssh-ed25519') + text(public) + text(path.read_bytes()[-32:] + public) + text('x')


def _messages(agent, own):
    yield 'ADD_IDENTITY of a key of its own', ADD, own
    yield 'ADD_ID_CONSTRAINED of a key of its own, for a second', ADD_CONSTRAINED, own + LIFETIME
    for name, blob in {'offered': agent.offered, **agent.others}.items():
        yield f"ADD_IDENTITY of the {name} key's public half", ADD, _to_add(blob)
        yield (f"ADD_ID_CONSTRAINED of the {name} key's public half, to be confirmed", ADD_CONSTRAINED,
               _to_add(blob) + CONFIRM)
        yield f'REMOVE_IDENTITY of the {name} key', REMOVE, text(blob)
    yield 'REMOVE_ALL_IDENTITIES', REMOVE_ALL, b''
    yield 'LOCK', LOCK, text('x')
    yield 'UNLOCK', UNLOCK, text('x')
    yield 'ADD_SMARTCARD_KEY', ADD_CARD, text('/usr/lib/libx.so') + text('')
    yield 'REMOVE_SMARTCARD_KEY', REMOVE_CARD, text('x') + text('')
    yield 'EXTENSION', EXTENSION, text('session-bind@openssh.com') + text('x')
    yield 'a message of no known kind', 200, b''
    yield 'ADD_IDENTITY that ends too early', ADD, text('ssh-ed25519') + b'\xff' * 4


def _row(agent, name, kind, body):
    before = agent.files()
    said = users.run_as(agent.user, lambda: ssh_wire.ask(agent.socket, kind, body)[0])
    words = {ssh_wire.FAILURE: 'the agent refuses', ssh_wire.SUCCESS: 'the agent says yes, and does nothing'}
    after = agent.files()
    changed = sorted(path for path in {**before, **after} if before.get(path) != after.get(path))
    return Row(GROUP, f'{name}, to the {agent.name} agent', [agent.user], words.get(said, f'answer {said}'), 'no',
               f'changed: {", ".join(changed)}' if changed else agent.trouble())


def _not_held_back(agent):
    for name, blob in agent.others.items():
        signature = users.run_as(agent.user, lambda blob=blob: ssh_wire.signature(agent.socket, blob, b'x'))
        yield Row(GROUP, f'a signature of the {name} key, which is not offered there, by the {agent.name} agent',
                  [agent.user], 'works, as through the restricted socket', 'no',
                  '' if signature else 'it did not sign: say so here and in docs/trust-boundaries.md')


def rows(terminal, folder):
    """The agents start again, with somebody at the screen."""
    pinentry = terminal.sockets / 'pinentry'
    pinentry.write_text(PINENTRY)
    pinentry.chmod(0o755)
    agents = list(_agents(terminal, folder))
    own = _own_key(folder)
    for agent in agents:
        with open(agent.home / 'gpg-agent.conf', 'a') as file:
            file.write(f'pinentry-program {pinentry}\n')
    terminal.restart_agents()
    for agent in agents:
        yield from (_row(agent, *message) for message in _messages(agent, own))
        yield from _not_held_back(agent)


def attacks(terminal):
    run_folder = terminal.root / 'run'
    for name, socket, user in (('signing', 'log.sock', 'hallmark-push'),
                               ('publishing', 'publishing.sock', 'hallmark-sign')):
        path = run_folder / socket
        others = [other for other in NOT_THE_SIGNER if other != 'hallmark-push']
        yield Attack(GROUP, f"the {name} agent's SSH socket", DENIED, lambda _, path=path: ssh_wire.identities(path),
                     (user, *others))
