"""kill -9 in the middle of requests; group_disk.py has the full disk. Not attacks by a request: what a request
meets. Nothing is handed out that the log does not know, and nothing has to be repaired."""
import os
import signal
import threading
import time

from attack.attempts import Row
from attack.terminal import tried
from attack.wire import Client, Closed, memory_file

GROUP = 'trouble'
DELAYS = (0, 0.001, 0.003, 0.01, 0.03, 0.1)  # seconds after the request was sent


def ask(terminal, body, files):
    fds = [file() if callable(file) else memory_file(file) for file in files]
    client = Client(terminal.socket)
    try:
        return client.ask(body, fds)
    finally:
        client.close()
        for fd in fds:
            os.close(fd)


def log_is_whole(terminal):
    lines = (terminal.root / 'sign' / 'log' / 'release.log').read_text()
    return lines.endswith('\n') and [line['sequence'] for line in terminal.log()] == list(
        range(len(terminal.log())))


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
        kind, words = tried(lambda: ask(terminal, body, files))
        if kind != 'ok' or not log_is_whole(terminal):
            row.fault = f'asked again, {delay} s: {kind} {words}'
    row.outcome = f'killed {len(DELAYS)} times, {answered} answered before; asked again, it is answered'
    return row


def _tried(terminal, body, files):
    try:
        return tried(lambda: ask(terminal, body, files))[0]
    except (Closed, OSError):
        return 'closed'
