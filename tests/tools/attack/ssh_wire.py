"""The ssh-agent protocol (draft-ietf-sshm-ssh-agent), as whoever has an agent's socket would write it."""
import base64
import socket
import struct

FAILURE, SUCCESS, IDENTITIES, SIGNATURE = 5, 6, 12, 14
REQUEST_IDENTITIES, SIGN_REQUEST = 11, 13
PATIENCE = 20  # seconds


def text(value):
    data = value.encode() if isinstance(value, str) else value
    return struct.pack('>I', len(data)) + data


def texts_of(data):
    """The strings that follow each other to the end."""
    found = []
    while data:
        size, = struct.unpack('>I', data[:4])
        found.append(data[4:4 + size])
        data = data[4 + size:]
    return found


def blob_of(line):
    """Of a public key, as OpenSSH writes it in a file."""
    return base64.b64decode(line.split()[1])


def ask(path, kind, body=b''):
    """The number of the answer, and the rest of it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as agent:
        agent.settimeout(PATIENCE)
        agent.connect(str(path))
        agent.sendall(text(bytes([kind]) + body))
        with agent.makefile('rb') as file:
            size, = struct.unpack('>I', file.read(4))
            answer = file.read(size)
    return answer[0], answer[1:]


def identities(path):
    """The blobs of the keys that the agent offers."""
    kind, body = ask(path, REQUEST_IDENTITIES)
    assert kind == IDENTITIES, kind
    return texts_of(body[4:])[::2]


def signature(path, blob, data):
    """None: refused."""
    kind, body = ask(path, SIGN_REQUEST, text(blob) + text(data) + struct.pack('>I', 0))
    if kind != SIGNATURE:
        return None
    outer, = texts_of(body)
    return texts_of(outer)[1]
