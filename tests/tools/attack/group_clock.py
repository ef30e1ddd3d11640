"""The terminal's clock, set back and ahead: hallmark-sign runs with libfaketime, which answers its
questions for the time with another. What that cannot show is a clock that jumps while a request is
judged; and gpg, gpg-agent and the kernel go on with the right time."""
import contextlib
import datetime
import glob
import hashlib
import pathlib

from attack.attempts import Attack, Row, request
from attack.release import Release, deb, sign_statement
from attack.terminal import tried

GROUP = 'clock'
BEHIND, JUMPED = 'clock-is-not-behind', 'clock-did-not-jump'
ROOT = ('root',)
LIBRARY = '/usr/lib/*/faketime/libfaketime.so.1'
OTHERS = ('sign-apk', 'sign-checksums', 'sign-attestation', 'sign-aab', 'sign-apk-lineage', 'sign-checkpoint', 'withdraw', 'change-policy')
CONFIGURATION = pathlib.Path('/etc/faketimerc')


@contextlib.contextmanager
def clock_off_by(terminal, days):
    """The signer starts again with another clock, and at the end with the right one."""
    library, = glob.glob(LIBRARY)
    terminal.stop_signer()
    # The signer forgets its environment when it starts: so the offset is in the file, in a copy of
    # /etc like the users that the terminal made.
    CONFIGURATION.write_text(f'{days:+d}d\n')
    terminal.start_signer({'LD_PRELOAD': library, 'FAKETIME_DONT_FAKE_MONOTONIC': '1'})
    try:
        yield
    finally:
        CONFIGURATION.unlink()
        terminal.stop_signer()
        terminal.start_signer()


def requests_by_the_clock(suites, release):
    body, files = suites.honest_request()
    yield 'signing a suite', request(body, files)
    yield 'the heartbeat of a suite', request({'type': 'refresh-apt-release', 'suite': 'stable'})
    yield 'accepting a build', request(release.accept_request(),
                                       [data for _, data in release.artefacts])


def attacks(suites):
    """A generator: the clock is wrong for as long as it has attacks to give."""
    terminal = suites.terminal
    release = Release(terminal, 'kappa', '1.0', [deb('kappa')], suite='testing')
    for days, words, rule in ((-1, 'set back by a day', BEHIND), (60, 'set 60 days ahead', JUMPED)):
        with clock_off_by(terminal, days):
            for what, act in requests_by_the_clock(suites, release):
                yield Attack(GROUP, f'a clock {words}: {what}', rule, act, ROOT)
            for name in OTHERS:
                yield Attack(GROUP, f'a clock {words}: {name}', rule, request({'type': name}), ROOT)
            if days > 0:
                yield from _jumps(terminal)


def _utc(text):
    return datetime.datetime.strptime(text, '%Y-%m-%dT%H:%M:%SZ')


def jump_request(asked, people=('alice', 'bob'), days=0, **changes):
    clock = asked.ask({'type': 'status'})['clock']
    expires = (_utc(clock['now']) + datetime.timedelta(days=days or 5)).strftime('%Y-%m-%dT%H:%M:%SZ')
    policy = hashlib.sha256((asked.root / 'policy.json').read_bytes()).hexdigest()
    facts = dict({'policy': f'sha256:{policy}', 'terminal': 'demo', 'floor': clock['floor'],
                  'time': clock['now'], 'terminal-group': 'demo', 'expires': expires}, **changes)
    statement = 'hallmark-approval-v1\naction: time-jump\n' + ''.join(
        f'{name}: {value}\n' for name, value in facts.items())
    keys = asked.root / 'demo' / 'approvers'
    return {'type': 'time-jump', 'time': facts['time'], 'statement': statement,
            'signatures': [{'approver': name, 'signature': sign_statement(keys / name, statement)}
                           for name in people]}


def _jumps(terminal):
    def jump(name, rule, **changes):
        return Attack(GROUP, f'a jump of the clock, {name}', rule,
                      request(jump_request(terminal, **changes)), ROOT)
    names = 'approval-names-this-jump'
    yield jump('approved by one person', 'approved-by-enough-people', people=('carol',))
    yield jump('approved by one person twice', 'approved-by-enough-people',
               people=('carol', 'carol'))
    yield jump('approved for another terminal', names, terminal='t2')
    yield jump('approved for another floor', names, floor='2026-01-01T00:00:00Z')
    yield jump('by an approval that is over', 'approval-is-in-force', days=-1)
    yield jump('to a time that the clock is far from', 'clock-agrees-with-the-approved-time',
               time='2026-01-01T00:00:00Z')


def approved_jumps(suites):
    """Ahead by approval, and back again: what was refused is signed, and no approval counts twice."""
    terminal = suites.terminal
    row = Row(GROUP, 'a clock that is right again, by approval of a jump ahead and back', list(ROOT),
              'is answered; the approvals do not count again', 'yes')
    with clock_off_by(terminal, 60):
        ahead = jump_request(terminal)
        terminal.ask(ahead)
        _expect(row, terminal, ahead, 'approval-names-this-jump')
    kind, words = tried(lambda: terminal.ask({'type': 'sign-checkpoint'}))
    if BEHIND not in words:
        row.fault = f'expected {BEHIND}, was told: {kind} {words}'
    back = jump_request(terminal)
    terminal.ask(back)
    _expect(row, terminal, back, 'approval-names-this-jump')
    return row


def _expect(row, terminal, body, rule):
    kind, words = tried(lambda: terminal.ask(body))
    if kind != 'policy' or rule not in str(words):
        row.fault = f'used again: {kind} {words}'
