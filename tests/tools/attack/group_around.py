"""Going around the signer: to the agents' sockets, to the keys, to the state."""
import os
import socket

from attack.attempts import Attack, Row
from attack.wire import Client, Refused
from attack import users

GROUP = 'going around'
NOT_THE_SIGNER = ('hallmark-build', 'hallmark-push', 'hallmark-fetch', 'nobody', 'manager')
DENIED = 'error: Permission denied'


class Assuan:
    """A client of gpg-agent, line by line."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(20)
        self.socket.connect(str(path))
        self.file = self.socket.makefile('rb')
        self.file.readline()

    def ask(self, command):
        self.socket.sendall(command.encode() + b'\n')
        data = []
        while True:
            line = self.file.readline().decode(errors='replace').strip()
            if line.startswith('D '):
                data.append(line)
            elif line.startswith('OK') or not line:
                return data or [line]
            elif line.startswith('ERR'):
                raise Refused({'subject': 'gpg-agent', 'cause': line, 'kind': 'failed'})
            elif line.startswith('INQUIRE'):
                self.socket.sendall(b'END\n')


def _keygrip(terminal):
    return terminal.policy['apk_keys'][0]['keygrip']


def _pksign(path, grip):
    def act(_):
        agent = Assuan(path)
        agent.ask(f'SIGKEY {grip}')
        agent.ask('SETHASH --hash=sha256 ' + '00' * 32)
        return agent.ask('PKSIGN')
    return act


def _command(path, command):
    return lambda _: Assuan(path).ask(command)


def _connect(path):
    def act(_):
        other = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        other.connect(str(path))
        return 'connected'
    return act


def _read(path):
    return lambda _: os.open(path, os.O_RDONLY)


def _write(path):
    return lambda _: os.open(path, os.O_WRONLY | os.O_CREAT)


def attacks(terminal):
    """With the agent running."""
    root = terminal.root
    main, extra = root / 'keys/signing/S.gpg-agent', root / 'run/signing.sock'
    grip = _keygrip(terminal)
    for name, path in (("the agent's restricted socket", extra), ("the agent's main socket", main)):
        yield Attack(GROUP, f'PKSIGN through {name}', DENIED, _pksign(path, grip), NOT_THE_SIGNER)
        for command in (f'EXPORT_KEY {grip}', f'DELETE_KEY --force {grip}', 'GENKEY', 'KEYINFO --list'):
            yield Attack(GROUP, f'{command.split()[0]} through {name}', DENIED,
                         _command(path, command), NOT_THE_SIGNER)
    yield Attack(GROUP, "the agent's main socket, by the signer's user", DENIED,
                 _pksign(main, grip), ('hallmark-sign',))
    for command in (f'EXPORT_KEY {grip}', f'DELETE_KEY --force {grip}', 'GENKEY', 'KEYINFO --list',
                    'PRESET_PASSPHRASE ' + grip, 'PASSWD ' + grip, 'IMPORT_KEY',
                    'KEYWRAP_KEY --export'):
        yield Attack(GROUP, f"{command.split()[0]} by the signer's user, through the restricted socket",
                     'error: Forbidden', _command(extra, command), ('hallmark-sign',))
    # Where a PIN is asked for, or in whose place it is given.
    for option in ('ttyname=/dev/pts/1', 'display=:1', 'pinentry-mode=loopback', 'putenv=PINENTRY_USER_DATA=x'):
        yield Attack(GROUP, f"OPTION {option} by the signer's user, through the restricted socket",
                     'error: Forbidden', _command(extra, f'OPTION {option}'), ('hallmark-sign',))
        yield Attack(GROUP, f"OPTION {option} through the agent's restricted socket", DENIED,
                     _command(extra, f'OPTION {option}'), NOT_THE_SIGNER)
    yield from _files(terminal)


def _files(terminal):
    root = terminal.root
    key = next((root / 'keys/signing/private-keys-v1.d').glob('*.key'))
    everybody = NOT_THE_SIGNER + ('hallmark-sign',)
    yield Attack(GROUP, 'reading a private key', DENIED, _read(key), everybody)
    yield Attack(GROUP, 'reading the signing state', DENIED, _read(root / 'sign/state.db'),
                 NOT_THE_SIGNER)
    yield Attack(GROUP, 'writing the signing state', DENIED, _write(root / 'sign/state.db'),
                 NOT_THE_SIGNER)
    yield Attack(GROUP, 'writing the release log', DENIED, _write(root / 'sign/log/release.log'),
                 NOT_THE_SIGNER)
    yield Attack(GROUP, 'replacing the published keyring', DENIED,
                 _write(root / 'public/archive-keyring.asc'), NOT_THE_SIGNER)
    yield Attack(GROUP, "reading the signer's memory", DENIED,
                 _read(f'/proc/{terminal.signer_pid()}/mem'), everybody)
    yield Attack(GROUP, "reading the agent's memory", DENIED,
                 _read(f'/proc/{terminal.agent_pid()}/mem'), everybody + ('hallmark-keys',))


def by_default_attacks(terminal):
    """While the signer's socket has the rights that the signer gave it."""
    yield Attack(GROUP, "the signer's socket, with the rights that it is made with", DENIED,
                 _connect(terminal.socket), NOT_THE_SIGNER)


def what_the_signer_can(terminal):
    """Not held back, and said so: whoever runs code as hallmark-sign has the keys' signatures."""
    said = users.run_as('hallmark-sign', lambda: _pksign(terminal.root / 'run/signing.sock',
                                                        _keygrip(terminal))(terminal))
    worked = bool(said) and said[0].startswith('D ')
    return Row(GROUP, "PKSIGN by the signer's user, through the restricted socket", ['hallmark-sign'],
               'works: this is why the policy sits in the signer, and the signer has a user of its own',
               'no', '' if worked else f'expected a signature, got {said}')


def own_user_attacks(terminal):
    yield Attack(GROUP, "a client of the signer's own uid, where the terminal is no demo",
                 'error: own uid', lambda _: Client(terminal.socket).ask({'type': 'status'}),
                 ('hallmark-sign',))
