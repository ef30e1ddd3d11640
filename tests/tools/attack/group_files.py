"""Descriptors that are not the plain, quiet files that the signer asks for."""
import fcntl
import hashlib
import os
import socket
import tempfile
import threading

from attack.attempts import EVERYBODY, Attack, request
from attack.hanging import hanging_file
from attack.indices import files_of, path_of, sign_request
from attack.wire import Client, Refused, memory_file

GROUP = 'files'
RULE = 'indices-are-exactly-the-suites'
TIB = 1 << 40


def _temporary(mode='w+b'):
    return tempfile.TemporaryFile(mode, prefix='attack-')


def _sparse(size):
    def make():
        fd = os.memfd_create('sparse')
        os.ftruncate(fd, size)
        return fd
    return make


def _fifo():
    path = tempfile.mktemp(prefix='attack-')
    os.mkfifo(path)
    try:
        return os.open(path, os.O_RDWR)
    finally:
        os.unlink(path)


def _write_only(data):
    def make():
        fd = memory_file(data)
        try:
            return os.open(f'/proc/self/fd/{fd}', os.O_WRONLY)
        finally:
            os.close(fd)
    return make


def _strange(honest):
    yield 'a FIFO', _fifo
    yield 'a folder', lambda: os.open('/usr', os.O_RDONLY)
    yield 'a socket', lambda: socket.socketpair(socket.AF_UNIX)[0].detach()
    yield 'a device without end, /dev/zero', lambda: os.open('/dev/zero', os.O_RDONLY)
    yield 'a terminal', lambda: os.openpty()[1]
    yield 'memory of the client, /proc/self/mem', lambda: os.open('/proc/self/mem', os.O_RDONLY)
    yield 'a file of the kernel, /proc/self/maps', lambda: os.open('/proc/self/maps', os.O_RDONLY)
    yield 'a file opened for writing alone', _write_only(honest)
    yield 'a path without a file, O_PATH', lambda: os.open('/etc/passwd', os.O_PATH)
    yield 'an eventfd', lambda: os.eventfd(0)
    yield 'a process, as a pidfd', lambda: os.pidfd_open(os.getpid())
    yield 'a sparse file of 8 TiB less a byte', _sparse(8 * TIB - 1)
    yield 'a sparse file one byte beyond the limit', _sparse((512 << 20) + 1)


def _with_first(suites, make):
    files = files_of({'amd64': suites.text})
    return request(sign_request(files), [make, *list(files.values())[1:]])


def _sealed(data):
    fd = os.memfd_create('sealed', os.MFD_ALLOW_SEALING)
    os.write(fd, data)
    fcntl.fcntl(fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW
                | fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SEAL)
    return fd


def _leased(data):
    with _temporary() as file:
        file.write(data)
        file.flush()
        fd = os.dup(file.fileno())
    fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_WRLCK)
    return fd


def _locked(data):
    with _temporary() as file:
        file.write(data)
        file.flush()
        fd = os.dup(file.fileno())
    fcntl.flock(fd, fcntl.LOCK_EX)
    return fd


def written_meanwhile(suites, rounds=12):
    """Packages is written to for as long as the signer reads it. What is signed, if anything is,
    lists the accepted bytes."""
    honest = suites.text.encode()
    forged = honest.replace(b'libc6', b'intru')
    files = files_of({'amd64': suites.text})
    digest = hashlib.sha256(honest).hexdigest()

    def act(terminal):
        refused = None
        for _ in range(rounds):
            try:
                if digest not in _ask_while_writing(terminal, files, honest, forged):
                    return 'something else was signed'
            except Refused as refusal:
                refused = refusal
        raise refused or RuntimeError(f'never caught in {rounds} rounds; what was signed was accepted')
    return act


def _ask_while_writing(terminal, files, honest, forged):
    fds = [memory_file(data) for data in files.values()]
    stop = threading.Event()

    def write():
        while not stop.is_set():
            os.pwrite(fds[0], forged, 0)
            os.pwrite(fds[0], honest, 0)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        return Client(terminal.socket).ask(sign_request(files), fds)['release']
    finally:
        stop.set()
        writer.join()
        for fd in fds:
            os.close(fd)


def growing(suites):
    """A file that grows for as long as it is read."""
    def act(terminal):
        files = files_of({'amd64': suites.text})
        with _temporary() as file:
            file.write(suites.text.encode())
            file.flush()
            has_begun, begun = os.pipe()
            pid = os.fork()
            if pid == 0:
                block = bytes(1 << 16)
                for _ in range(256):
                    file.write(block)
                    file.flush()
                    os.write(begun, b'.')
                os._exit(0)
            try:
                # Or the signer may have read all of an honest index before it grows.
                os.read(has_begun, 1)
                fds = [file.fileno(), *(memory_file(data) for data in list(files.values())[1:])]
                return Client(terminal.socket).ask(sign_request(files), fds)
            finally:
                os.kill(pid, 9)
                os.waitpid(pid, 0)
                os.close(has_begun)
                os.close(begun)
    return act


def hanging(suites):
    """Opened by root, since others may not mount; who asks has the descriptor alone."""
    def act(terminal):
        files = files_of({'amd64': suites.text})
        with hanging_file() as fd:
            others = [memory_file(data) for data in list(files.values())[1:]]
            return Client(terminal.socket).ask(sign_request(files), [fd, *others])
    return act


def attacks(suites):
    honest = suites.text.encode()
    for name, make in _strange(honest):
        # The kernel lets no process that changed its user open its own.
        users = ('root',) if 'mem' in name else EVERYBODY
        yield Attack(GROUP, f'in the place of an index: {name}', RULE, _with_first(suites, make),
                     users)
    yield Attack(GROUP, 'an index that is written to while the signer reads it',
                 'every-form-says-the-same|stanzas-are-those-accepted|error: never caught',
                 written_meanwhile(suites))
    yield Attack(GROUP, 'an index that grows while the signer reads it',
                 f'{RULE}|every-form-says-the-same|stanzas-are-those-accepted', growing(suites))
    if os.path.exists('/dev/fuse'):
        yield Attack(GROUP, 'an index on a file system (FUSE) that never answers a read', RULE,
                     hanging(suites), ('root',))
    for name, make in (('sealed', _sealed), ('under a write lease', _leased),
                       ('under a lock', _locked)):
        yield Attack(GROUP, f'an honest index in a file {name}', 'ok',
                     _with_first(suites, lambda make=make: make(honest)))
