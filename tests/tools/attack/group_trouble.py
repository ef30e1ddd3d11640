"""A full disk, and kill -9 in the middle of requests. Not attacks by a request: what a request
meets. Nothing is handed out that the log does not know, and nothing has to be repaired."""
import os
import shutil
import signal
import threading
import time

from attack.attempts import Row
from attack.release import Release, deb
from attack.terminal import run, tried
from attack.wire import Client, Closed, memory_file

GROUP = 'trouble'
DELAYS = (0, 0.001, 0.003, 0.01, 0.03, 0.1)  # seconds after the request was sent


def _ask(terminal, body, files):
    fds = [memory_file(data) for data in files]
    client = Client(terminal.socket)
    try:
        return client.ask(body, fds)
    finally:
        client.close()
        for fd in fds:
            os.close(fd)


def _log_is_whole(terminal):
    lines = (terminal.root / 'sign' / 'log' / 'release.log').read_text()
    return lines.endswith('\n') and [line['sequence'] for line in terminal.log()] == list(
        range(len(terminal.log())))


def full_disk(terminal):
    """sign/ is a small file system, and full. When there is room again, the same request works."""
    release = Release(terminal, 'theta', '1.0', [deb('theta')], suite='testing')
    body, files = release.accept_request(), [data for _, data in release.artefacts]
    sign = terminal.root / 'sign'
    with _small_file_system(terminal, sign) as filler:
        kind, words = tried(lambda: _ask(terminal, body, files))
        row = Row(GROUP, 'accepting a build while the disk is full', ['root'], f'error: {words}', 'no')
        if kind != 'failed' or not terminal.is_alive():
            row.fault = f'expected an error, got {kind}'
        filler.unlink()
        kind, words = tried(lambda: _ask(terminal, body, files))
        if kind != 'ok' or not _log_is_whole(terminal):
            row.fault = f'with room again: {kind} {words}'
    return row


class _small_file_system:
    def __init__(self, terminal, folder):
        self.terminal, self.folder = terminal, folder
        self.copy = folder.parent / 'sign.copy'

    def __enter__(self):
        self.terminal.stop_signer()
        info = self.folder.stat()
        shutil.copytree(self.folder, self.copy, symlinks=True)
        run('mount', '-t', 'tmpfs', '-o', f'size=4m,mode=0700,uid={info.st_uid},gid={info.st_gid}',
            'tmpfs', self.folder)
        run('cp', '-a', f'{self.copy}/.', self.folder)
        run('chown', '-R', f'{info.st_uid}:{info.st_gid}', self.folder)
        self.terminal.start_signer()
        filler = self.folder / 'filler'
        with open(filler, 'wb', buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                return filler

    def __exit__(self, *_):
        self.terminal.stop_signer()
        run('cp', '-a', f'{self.folder}/.', self.copy)
        run('umount', self.folder)
        for path in self.copy.iterdir():
            target = self.folder / path.name
            if target.is_dir():
                shutil.rmtree(target)
            run('cp', '-a', path, target)
        shutil.rmtree(self.copy)
        self.terminal.start_signer()


def killed(terminal, what, body, files):
    """kill -9 of the signer and its workers, at several moments of one request."""
    answered = 0
    row = Row(GROUP, f'kill -9 in the middle of {what}', ['root'], '', 'no')
    for delay in DELAYS:
        answers = []
        asking = threading.Thread(target=lambda: answers.append(_tried(terminal, body, files)))
        asking.start()
        time.sleep(delay)
        terminal.stop_signer(signal.SIGKILL)
        asking.join()
        answered += answers[0] == 'ok'
        terminal.start_signer()
        kind, words = tried(lambda: _ask(terminal, body, files))
        if kind != 'ok' or not _log_is_whole(terminal):
            row.fault = f'asked again, {delay} s: {kind} {words}'
    row.outcome = f'killed {len(DELAYS)} times, {answered} answered before; asked again, it is answered'
    return row


def _tried(terminal, body, files):
    try:
        return tried(lambda: _ask(terminal, body, files))[0]
    except (Closed, OSError):
        return 'closed'
