"""What an attack is, how it is carried out as each user, and how its outcome is judged."""
import dataclasses
import os
import re
import time
import typing

from attack import users
from attack.terminal import tried
from attack.wire import Client, Closed, memory_file

# The command's user, the builder's, the publisher's, and anybody else's.
EVERYBODY = ('root', 'hallmark-build', 'hallmark-push', 'nobody')

TRIES = 100  # a tenth of a second apart


@dataclasses.dataclass
class Attack:
    group: str
    name: str
    # A rule's name; or what the answer says, as "error: TEXT"; or "ok", where the honest answer
    # comes all the same. With | between them, any of several.
    expected: str
    act: typing.Callable              # act(terminal): returns what the signer gave, or raises
    users: tuple = EVERYBODY



@dataclasses.dataclass
class Row:
    group: str
    attack: str
    users: list
    outcome: str                      # what stopped it
    logged: str
    fault: str = ''


def request(body, files=()):
    """An attack that is one request. `files`: bytes, or functions that open something."""
    def act(terminal):
        client = Client(terminal.socket)
        fds = [file() if callable(file) else memory_file(file) for file in files]
        try:
            return client.ask(body, fds)
        finally:
            for fd in fds:
                os.close(fd)
            client.close()
    return act


def carry_out(terminal, attack):
    """One row for each outcome, with the users whom it met."""
    rows = []
    for user in attack.users:
        row = _carry_out_as(terminal, attack, user)
        same = [other for other in rows if (other.outcome, other.logged, other.fault)
                == (row.outcome, row.logged, row.fault)]
        if same:
            same[0].users.append(user)
        else:
            rows.append(row)
    return rows


def is_full(kind, said):
    """Nothing was tried: the signer still counts this user's connections that were closed before."""
    return kind == 'failed' and 'connections already' in said


def _tried_as(terminal, attack, user):
    for _ in range(TRIES):
        kind, said = users.run_as(user, lambda: tried(lambda: attack.act(terminal)))
        if not is_full(kind, said):
            break
        time.sleep(0.1)
    return kind, said


def _carry_out_as(terminal, attack, user):
    before = len(terminal.log())
    try:
        kind, said = _tried_as(terminal, attack, user)
    except Closed as closed:
        kind, said = 'closed', f'the connection was closed {closed}'
    except (OSError, RuntimeError) as error:
        kind, said = 'error', getattr(error, 'strerror', None) or str(error)
    new = terminal.log()[before:]
    return Row(attack.group, attack.name, [user], _outcome(attack, kind, said),
               'yes' if new else 'no', _fault(terminal, attack, kind, said, new))


def _outcome(attack, kind, said):
    if kind == 'ok':
        return 'is answered' if attack.expected == 'ok' else f'SUCCEEDED: {said}'
    rule = re.search(r'\(rule: ([a-z0-9-]+)\)', said)
    return rule.group(1) if rule else f'error: {said}'[:160]


def _fault(terminal, attack, kind, said, new):
    if not terminal.is_alive():
        return 'the signer is dead'
    if kind == 'ok' and attack.expected != 'ok':
        return 'it was let through'
    if any(line['kind'] != 'refusal' for line in new):
        return f'the log says that something was done: {new}'[:500]
    faults = [_differs(expected, attack, kind, said, new) for expected in attack.expected.split('|')]
    return '' if '' in faults else faults[0]


def _differs(expected, attack, kind, said, new):
    if expected == 'ok':
        return '' if kind == 'ok' else f'expected an answer, was told: {said}'
    if expected.startswith('error: '):
        words = expected[len('error: '):]
        return '' if re.search(words, said) else f'expected {expected}, was told: {said}'
    if _outcome(attack, kind, said) != expected or kind not in ('policy', 'verification'):
        return f'expected the rule {expected}, was told: {said}'
    if not any(expected in line['cause'] for line in new):
        return 'the log does not tell of it'
    return ''
