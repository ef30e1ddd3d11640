"""The framed protocol (docs/formats.md, Protocol), as an attacker would write it: every part of a
message can also be wrong."""
import json
import os
import socket
import struct

MAX_FDS_AT_ONCE = 250  # the kernel takes no more with one sendmsg(2)


class Refused(Exception):
    """The other side said {"error": ...}."""

    def __init__(self, error):
        super().__init__(f"{error['subject']}: {error['cause']}")
        self.kind = error['kind']


class Closed(Exception):
    """The other side closed the connection instead of answering."""


def frame(body):
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return struct.pack('>I', len(text)) + text


class Client:
    def __init__(self, path, patience=60):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.connect(str(path))
        self.socket.settimeout(patience)

    def close(self):
        self.socket.close()

    def send(self, body, fds=()):
        return self.send_raw(frame(body), fds)

    def send_raw(self, data, fds=()):
        """False: the other side has closed. What it said before can still be read."""
        try:
            sent = socket.send_fds(self.socket, [data], list(fds)) if fds else 0
            self.socket.sendall(data[sent:])
        except (BrokenPipeError, ConnectionResetError):
            return False
        return True

    def answer(self):
        """The answer's "ok" part; progress on the way to it is left out."""
        while True:
            body = json.loads(self._take(struct.unpack('>I', self._take(4))[0]))
            if 'error' in body:
                raise Refused(body['error'])
            if 'ok' in body:
                return body['ok']

    def ask(self, body, fds=()):
        self.send(body, fds)
        return self.answer()

    def _take(self, size):
        taken = b''
        while len(taken) < size:
            try:
                part = self.socket.recv(size - len(taken))
            except ConnectionResetError as error:
                raise Closed('it was reset') from error
            if not part:
                raise Closed('at its end')
            taken += part
        return taken


def memory_file(data, name='attack'):
    fd = os.memfd_create(name)
    with open(os.dup(fd), 'wb') as file:
        file.write(data)
    return fd
