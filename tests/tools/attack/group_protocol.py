"""Messages that are none, and clients that do not let others have their turn."""
import os
import resource
import struct
import time

from attack.attempts import Attack, Row, is_full, request
from attack import users
from attack.terminal import tried, wait_until
from attack.wire import Client, Closed, frame

GROUP = 'protocol'
ONE = ('nobody',)
CLOSED = 'error: closed'
MANY = 10_000
WINDOW, LOGGED = 600, 101  # seconds, and how many refusals of one user the log tells of in each
WORDS = b'{"type": "status"}'


def _raw(data, fds=0):
    def act(terminal):
        client = Client(terminal.socket)
        client.send_raw(data, [0] * fds)
        return client.answer()
    return act


def _half(terminal):
    client = Client(terminal.socket)
    client.send_raw(frame(WORDS)[:9])
    client.socket.shutdown(1)
    return client.answer()


def _slow(terminal):
    """Byte by byte, one a second: cut off after half a minute."""
    client = Client(terminal.socket)
    began = time.monotonic()
    for byte in frame({'type': 'status', 'padding': 'x' * 200}):
        if not client.send_raw(bytes([byte])):
            break
        time.sleep(1)
        if time.monotonic() - began > 90:
            return 'it was let go on for 90 seconds'
    return client.answer()


def _interleaved(terminal):
    """Of two clients, each gets its own answer."""
    one, other = Client(terminal.socket), Client(terminal.socket)
    text = frame(WORDS)
    for at in range(len(text)):
        one.send_raw(text[at:at + 1])
        other.send_raw(text[at:at + 1])
    return [other.answer()['terminal'], one.answer()['terminal']]


def _pipelined(terminal):
    client = Client(terminal.socket)
    client.send_raw(frame(WORDS) * 50)
    return len([client.answer() for _ in range(50)])


def _deaf(terminal):
    """Asks and asks, and takes no answer: it is cut off when the signer can say no more."""
    client = Client(terminal.socket, patience=90)
    while client.send({'type': 'public-keys'}):
        pass
    raise Closed('while it was sent')


def _unread(terminal):
    try:
        return _deaf(terminal)
    except TimeoutError:
        return 'it was let go on for 90 seconds'


def attacks(terminal):
    for name in ('sign', 'sign-digest', 'export-key', '', 'x' * 100_000, 'sign-apt-release\0', '../status'):
        yield Attack(GROUP, f'a request that there is not: {name[:20]!r}', 'request-is-permitted',
                     request({'type': name}))
    yield Attack(GROUP, 'a request without a type', 'error: has no type', request({'digest': '00'}))
    yield Attack(GROUP, 'a request whose type is a list', 'error: has no type', request({'type': ['status']}))
    deep = b'{"type": "status", "x": ' + b'[' * MANY + b']' * MANY + b'}'
    for name, words, data in (
            ('a frame of 4 GiB', 'larger than 16 MiB', struct.pack('>I', 0xffffffff) + WORDS),
            ('a frame one byte beyond 16 MiB', 'larger than 16 MiB', struct.pack('>I', (16 << 20) + 1) + WORDS),
            ('an empty frame', 'not valid JSON', struct.pack('>I', 0)),
            ('JSON nested 10,000 deep', 'levels', frame(deep)),
            ('JSON that is a list', 'not an object', frame(b'[]')),
            ('JSON with a key twice', 'repeats the key', frame(b'{"type":"status","type":"x"}')),
            ('JSON that ends too early', 'not valid JSON', frame(WORDS[:-1])),
            ('JSON in UTF-16', 'not valid JSON', frame(WORDS.decode().encode('utf-16'))),
            ('text that is not UTF-8', 'not valid JSON', frame(b'{"type": "\xff\xfe"}')),
            ('no JSON', 'not valid JSON', frame(b'GET / HTTP/1.1\r\n\r\n'))):
        yield Attack(GROUP, name, f'error: {words}', _raw(data))
    yield Attack(GROUP, '251 descriptors', 'error: too many descriptors', _raw(frame(WORDS), 251))
    yield Attack(GROUP, 'half a frame, then the end', 'error: stopped in mid-message', _half)
    yield Attack(GROUP, 'two clients whose bytes arrive in turns', 'ok', _interleaved)
    yield Attack(GROUP, 'fifty requests before the first answer is read', 'ok', _pipelined)
    yield Attack(GROUP, 'a frame sent one byte a second', 'error: too slowly', _slow, ONE)
    yield Attack(GROUP, 'a client that reads no answer', CLOSED, _unread, ONE)


def ten_thousand_connections(terminal):
    """All held open, while root asks something."""
    said, say = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(said)
        resource.setrlimit(resource.RLIMIT_NOFILE, (MANY + 100, MANY + 100))
        os.setresuid(*[users.ids_of('nobody')[0]] * 3)
        clients = [Client(terminal.socket) for _ in range(MANY)]
        kind, words = tried(clients[-1].answer)
        os.write(say, f'{kind}: {words}'.encode())
        time.sleep(60)
        os._exit(0)
    os.close(say)
    words = os.read(said, 1000).decode()
    os.close(said)
    row = Row(GROUP, f'{MANY:,} connections, held open, while root asks for the status',
              ['nobody'], words, 'no')
    try:
        terminal.ask({'type': 'status'})
    except Exception as error:
        row.fault = f'root is not answered: {error}'
    if 'connections already' not in words:
        row.fault = 'they were not refused'
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    return row


def ten_thousand_refusals(terminal):
    """The log does not grow with them."""
    before, began = len(terminal.log()), time.time()

    def act():
        client = Client(terminal.socket)
        for _ in range(MANY):
            kind, _ = tried(lambda: client.ask({'type': 'sign', 'words': 'x' * 1000}))
            assert kind == 'policy', kind
        return MANY

    # Those of the ten thousand connections that were let in have to end first.
    wait_until('nobody has room for a connection', lambda: not is_full(
        *users.run_as('nobody', lambda: tried(lambda: terminal.ask({'type': 'status'})))))
    users.run_as('nobody', act)
    lines = len(terminal.log()) - before
    windows = time.time() // WINDOW - began // WINDOW + 1
    return Row(GROUP, f'{MANY:,} refusals', ['nobody'], f'{lines} lines in the log', 'yes',
               '' if 0 < lines <= LOGGED * windows else 'the log grows with what strangers ask')
