"""A file system whose only file never answers a read: FUSE (<linux/fuse.h>, version 7.31), spoken by
hand, in a child. For those who may mount one."""
import contextlib
import ctypes
import os
import struct
import tempfile

LOOKUP, GETATTR, OPEN, READ, INIT, OPENDIR, RELEASE = 1, 3, 14, 15, 26, 27, 18
FOLDER, FILE = 1, 2  # node numbers
SIZE = 4096
LIBC = ctypes.CDLL(None, use_errno=True)


def _attributes(node):
    mode, links = (0o040755, 2) if node == FOLDER else (0o100644, 1)
    # ino size blocks atime mtime ctime, nanoseconds, mode nlink uid gid rdev blksize flags
    return struct.pack('<6Q3I7I', node, SIZE, 8, 0, 0, 0, 0, 0, 0, mode, links, 0, 0, 0, 4096, 0)


def _answer(code, node):
    if code == INIT:
        return struct.pack('<4I2H2I2H8I', 7, 31, 0, 0, 16, 16, 4096, 1, 1, 0, *[0] * 8)[:64]
    if code == LOOKUP:
        return struct.pack('<4Q2I', FILE, 0, 3600, 3600, 0, 0) + _attributes(FILE)
    if code == GETATTR:
        return struct.pack('<Q2I', 3600, 0, 0) + _attributes(node)
    if code in (OPEN, OPENDIR):
        return struct.pack('<Q2I', 1, 0, 0)
    return b''


def _serve(device):
    while True:
        request = os.read(device, 1 << 20)
        _, code, unique, node = struct.unpack('<2I2Q', request[:24])
        if code == READ:
            continue
        data = _answer(code, node)
        with contextlib.suppress(OSError):  # whoever asked may be gone
            os.write(device, struct.pack('<IiQ', 16 + len(data), 0, unique) + data)


@contextlib.contextmanager
def hanging_file():
    """A descriptor to read from."""
    folder = tempfile.mkdtemp(prefix='attack-')
    device = os.open('/dev/fuse', os.O_RDWR)
    options = f'fd={device},rootmode=40000,user_id=0,group_id=0,allow_other'.encode()
    if LIBC.mount(b'hanging', folder.encode(), b'fuse', 0, options) != 0:
        raise OSError(ctypes.get_errno(), 'mount')
    server = os.fork()
    if server == 0:
        _serve(device)
    os.close(device)
    fd = os.open(f'{folder}/file', os.O_RDONLY)
    try:
        yield fd
    finally:
        os.kill(server, 9)
        os.waitpid(server, 0)
        with contextlib.suppress(OSError):  # closing asks the server, too
            os.close(fd)
        LIBC.umount2(folder.encode(), 2)
        os.rmdir(folder)
