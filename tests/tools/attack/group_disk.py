"""A disk without room: for the signing state, for what is served, for what is handed out. Nothing is answered that is
not kept, and when there is room again the same request works."""
import os
import shutil

from attack.attempts import Row
from attack.group_apk import make_apk, recipe, sign_request
from attack.group_trouble import GROUP, ask, log_is_whole
from attack.release import Release, deb
from attack.terminal import run, tried

KIB = 1 << 10
ROOMS = (0, 8 * KIB, 32 * KIB, 128 * KIB)  # the disk is full before the request begins, and at several moments of it
SPARE = 2 << 20


class SmallFileSystem:
    """In the place of one of the terminal's folders. What was written there is there afterwards."""

    def __init__(self, terminal, folder):
        self.terminal, self.folder = terminal, folder
        self.copy = folder.parent / f'{folder.name}.copy'
        self.filler = folder / 'filler'

    def __enter__(self):
        self.terminal.stop_signer()
        info = self.folder.stat()
        run('cp', '-a', self.folder, self.copy)
        size = SPARE + int(run('du', '-s', '-B1', self.folder).split()[0])
        options = f'size={size},mode={info.st_mode & 0o777:o},uid={info.st_uid},gid={info.st_gid}'
        run('mount', '-t', 'tmpfs', '-o', options, 'tmpfs', self.folder)
        run('cp', '-a', f'{self.copy}/.', self.folder)
        self.terminal.start_signer()
        return self

    def leave(self, room):
        fill(self.filler, room)

    def __exit__(self, *_):
        self.filler.unlink(missing_ok=True)
        self.terminal.stop_signer()
        shutil.rmtree(self.copy)
        run('cp', '-a', self.folder, self.copy)
        run('umount', self.folder)
        shutil.rmtree(self.folder)
        self.copy.rename(self.folder)
        self.terminal.start_signer()


def fill(filler, room):
    """All but so many bytes."""
    filler.unlink(missing_ok=True)
    with open(filler, 'wb', buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            os.ftruncate(file.fileno(), max(0, os.fstat(file.fileno()).st_size - room))


def _row(terminal, what, where, body, files):
    row = Row(GROUP, f'{what} while {where} has no room', ['root'], '', 'no')
    folder = terminal.root / ('public' if where == 'public/' else 'sign')
    said = []
    with SmallFileSystem(terminal, folder) as disk:
        for room in ROOMS:
            disk.leave(room)
            kind, words = tried(lambda: ask(terminal, body, files))
            if kind != 'failed':
                break
            said.append(str(words))
        disk.filler.unlink()
        if not said or not terminal.is_alive() or kind not in ('failed', 'ok'):
            row.fault = f'expected an error, got {kind} {words}'
        kind, words = tried(lambda: ask(terminal, body, files))
        if kind != 'ok' or not log_is_whole(terminal):
            row.fault = f'with room again: {kind} {words}'
    row.outcome = f'error: {said[0] if said else ""}; with room again it is answered'
    return row


def _app(terminal):
    data = make_apk(version_code=200)
    Release(terminal, 'app', '200', [('app.apk', data)], suite='testing', recipe=recipe()).accept()
    return data


def _output(terminal, data):
    """The file that the signed APK is to be written to is on a disk of its own."""
    row = Row(GROUP, "signing an APK while its output's disk has no room", ['root'], '', 'no')
    folder = terminal.sockets / 'disk'
    folder.mkdir()
    run('mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder)
    try:
        fill(folder / 'filler', 0)
        output = _new_file(folder / 'full')
        kind, words = tried(lambda: ask(terminal, sign_request(data), [data, output]))
        row.outcome = f'error: {words}; with room again it is answered'
        if kind != 'failed' or (folder / 'full').stat().st_size:
            row.fault = f'expected an error and an empty output, got {kind}'
        (folder / 'filler').unlink()
        kind, words = tried(lambda: ask(terminal, sign_request(data), [data, _new_file(folder / 'again')]))
        if kind != 'ok':
            row.fault = f'with room again: {kind} {words}'
    finally:
        run('umount', '-l', folder)
    return row


def _new_file(path):
    return lambda: os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)


def rows(suites):
    terminal = suites.terminal
    release = Release(terminal, 'theta', '1.0', [deb('theta')], suite='testing')
    yield _row(terminal, 'accepting a build', 'sign/', release.accept_request(), release.contents())
    app = _app(terminal)
    yield _output(terminal, app)
    yield _row(terminal, 'signing an APK', 'sign/', sign_request(app), [app, b''])
    yield _row(terminal, 'signing a suite', 'sign/', *suites.honest_request())
    for where in ('sign/', 'public/'):
        tried(lambda: terminal.ask({'type': 'refresh-apt-release', 'suite': 'none'}))  # a line more
        yield _row(terminal, 'signing a checkpoint', where, {'type': 'sign-checkpoint'}, [])
