"""The package of the policy's keys, which users' apt trusts from then on: with other keys, other
files, scripts, and what else a package can bring."""
import base64
import pathlib
import tempfile

from attack.attempts import Attack, request
from attack.release import Release
from attack.terminal import run

GROUP = 'keyring'
RULE = 'keyring-package-has-the-policys-keys'
SUITE = 'listed'
CLIENTS = {'name': 'attacked', 'address': 'https://packages.example.org',
           'contact': 'Attacked <packages@example.org>'}
NAME = 'attacked-archive-keyring'
KEYS = f'usr/share/keyrings/{NAME}.asc'
CONFIGURATION = f'etc/apt/apt.conf.d/52{NAME}.conf'
DEBIANS = pathlib.Path('/usr/share/keyrings/debian-archive-keyring.gpg')


class Keyring:
    """As `hallmark repo keyring` makes it."""

    def __init__(self, terminal):
        self.terminal = terminal

    def release(self, number, change=None, owner='root:root'):
        version = f'1.{number}'
        with tempfile.TemporaryDirectory(prefix='attack-') as folder:
            self.terminal.hallmark('repo', 'keyring', version, '--unattended-upgrades', '-o', folder)
            name = f'{NAME}_{version}_all.deb'
            file = pathlib.Path(folder) / name
            if change:
                tree = pathlib.Path(folder) / 'tree'
                run('dpkg-deb', '--raw-extract', file, tree)
                change(tree)
                run('chown', '-R', owner, tree)
                run('dpkg-deb', '-Zxz', '--build', tree, file)
            data = file.read_bytes()
        return Release(self.terminal, NAME, version, [(name, data)], suite=SUITE)


def _written(path, text, mode=0o644):
    def change(tree):
        file = tree / path
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
        with file.open('ab') as out:
            out.write(text if isinstance(text, bytes) else text.encode())
        file.chmod(mode)
    return change


def _foreign_keys():
    lines = base64.encodebytes(DEBIANS.read_bytes()).decode()
    return ('-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n' + lines
            + '-----END PGP PUBLIC KEY BLOCK-----\n')


def _in_place_of(path, text):
    def change(tree):
        (tree / path).write_text(text)
    return change


def _link(tree):
    (tree / KEYS).unlink()
    (tree / KEYS).symlink_to('/tmp/keys.asc')


def _forgeries():
    yield 'a foreign key beside those of the policy', _written(KEYS, _foreign_keys())
    yield 'foreign keys in place of those of the policy', _in_place_of(KEYS, _foreign_keys())
    yield 'no keys', lambda tree: (tree / KEYS).unlink()
    yield 'a file more', _written('etc/apt/trusted.gpg.d/more.asc', _foreign_keys())
    yield 'a folder more', lambda tree: (tree / 'opt').mkdir(mode=0o755)
    yield 'a maintainer script', _written('DEBIAN/postinst', '#!/bin/sh\n', 0o755)
    yield 'a trigger', _written('DEBIAN/triggers', 'interest-noawait /usr/bin\n')
    yield 'a dependency', _written('DEBIAN/control', 'Depends: intruder\n')
    yield 'a command for apt to run', _written(CONFIGURATION, 'DPkg::Pre-Invoke { "true"; };\n')
    yield 'a link in place of the keys', _link
    yield 'keys that everybody may write to', lambda tree: (tree / KEYS).chmod(0o666)


def attacks(terminal):
    keyring = Keyring(terminal)
    honest = keyring.release(0)
    honest.accept()
    for number, (name, change) in enumerate(_forgeries(), 1):
        yield _attack(name, RULE, keyring.release(number, change))
    yield _attack('keys that belong to nobody', RULE,
                  keyring.release(90, lambda tree: None, owner='nobody'))
    yield _attack('the package of the policy in force, again', 'ok', honest)


def _attack(name, expected, release):
    return Attack(GROUP, name, expected, request(release.accept_request(), release.contents()))
