"""What an attack is, how it is carried out as each user, and how its outcome is judged."""
import dataclasses
import os
import re
import typing

from attack import users
from attack.terminal import tried
from attack.wire import Client, Closed, memory_file

# Who owns what in the terminal, but the signer itself: the command's user, the builder, the
# publisher, the fetcher, and anybody else.
EVERYBODY = ('root', 'hallmark-build', 'hallmark-push', 'hallmark-fetch', 'nobody')


@dataclasses.dataclass
class Attack:
    group: str
    name: str
    expected: str                     # a rule's name; or what the answer says, as "error: TEXT"
    act: typing.Callable              # act(terminal): returns what the signer gave, or raises
    users: tuple = EVERYBODY
    logged: bool = None               # None: refusals by a rule are

    def is_logged(self):
        return not self.expected.startswith('error: ') if self.logged is None else self.logged


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


def _carry_out_as(terminal, attack, user):
    before = len(terminal.log())
    try:
        kind, said = users.run_as(user, lambda: tried(lambda: attack.act(terminal)))
    except Closed as closed:
        kind, said = 'closed', f'the connection was closed {closed}'
    except (OSError, RuntimeError) as error:
        kind, said = 'error', getattr(error, 'strerror', None) or str(error)
    new = terminal.log()[before:]
    return Row(attack.group, attack.name, [user], _outcome(attack, kind, said),
               'yes' if new else 'no', _fault(terminal, attack, kind, said, new))


def _outcome(attack, kind, said):
    if kind == 'ok':
        return f'SUCCEEDED: {said}'
    rule = re.search(r'\(rule: ([a-z0-9-]+)\)', said)
    return rule.group(1) if rule else f'error: {said}'[:160]


def _fault(terminal, attack, kind, said, new):
    if not terminal.is_alive():
        return 'the signer is dead'
    if kind == 'ok':
        return 'it was let through'
    outcome = _outcome(attack, kind, said)
    if attack.expected.startswith('error: '):
        if not re.search(attack.expected[len('error: '):], said):
            return f'expected {attack.expected}'
    elif outcome != attack.expected or kind not in ('policy', 'verification'):
        return f'expected the rule {attack.expected}, was told: {said}'
    if any(line['kind'] != 'refusal' for line in new):
        return f'the log says that something was done: {new}'
    if attack.is_logged() and not any(attack.expected in line['cause'] for line in new):
        return 'the log does not tell of it'
    return ''
