"""The time between terminals: one that has not heard of its sibling for too long, and a sibling that goes by a policy
which was replaced too long ago. The signer's clock is ahead meanwhile, and is put right by approval."""
import contextlib

from attack.attempts import Attack, request
from attack.group_clock import ROOT, clock_off_by, jump_request, requests_by_the_clock
from attack.group_siblings import GROUP, adopt_body, import_body, say_accepted
from attack.policies import Policies
from attack.release import Release, deb
from attack.sibling import Sibling, batch, utc
from attack.wire import memory_file

DAY = 86400
FRESH = 'sibling-logs-are-fresh'
SIGNS = ('sign-fdroid-index', 'sign-checksums', 'sign-attestation', 'sign-apk', 'sign-aab', 'sign-apk-lineage',
         'accept-prebuilt', 'promote',
         'allow-lower-version', 'allow-lower-evidence', 'allow-dissent')


@contextlib.contextmanager
def _days_later(terminal, days):
    try:
        with clock_off_by(terminal, days):
            yield
    finally:
        terminal.ask(jump_request(terminal, people=('alice', 'carol')))


def _read(terminal, sibling):
    terminal.ask(import_body(sibling), [memory_file(batch(sibling.lines))])


def _stale(suites, sibling):
    """The sibling's log was read: for seven days that is enough."""
    release = Release(suites.terminal, 'phi', '1.0', [deb('phi')], suite='testing')
    _read(suites.terminal, sibling)
    with _days_later(suites.terminal, 8):
        for what, act in requests_by_the_clock(suites, release):
            yield Attack(GROUP, f"{what}, where the sibling's log was last read 8 days ago", FRESH, act, ROOT)
        for name in SIGNS:
            yield Attack(GROUP, f"{name}, where the sibling's log was last read 8 days ago", FRESH,
                         request({'type': name}), ROOT)


def _approved_before(policies, sibling):
    """Bob is dropped here. The sibling goes on as if it had not heard of that, for longer than it may."""
    terminal, old = policies.terminal, policies.asker.policy
    release = Release(terminal, 'chi', '1.0', [deb('chi')], suite='testing')
    policies.bring(lambda policy: policy.update(
        approvers=[person for person in policy['approvers'] if person['name'] != 'bob'],
        log_keys=[*policy['log_keys'], sibling.policy_entry()]))
    text = say_accepted(sibling, release, release.accept_request(), old, time=utc(16 * DAY - 60))
    with _days_later(terminal, 16):
        _read(terminal, sibling)
        yield Attack(GROUP, "a sibling's release that somebody approved of who was dropped 16 days before",
                     'policy-is-the-lines', request(adopt_body(sibling), [text, *release.contents()]), ROOT)


def attacks(suites, folder):
    """A generator: clock and policy are others for as long as it has attacks to give."""
    policies = Policies(suites.terminal, 'those who are late')
    sibling = Sibling(folder, 'l2')
    policies.bring(lambda policy: policy['log_keys'].append(sibling.policy_entry()))
    sibling.add('policy', sha256=policies.asker.policy)
    yield from _stale(suites, sibling)
    yield from _approved_before(policies, sibling)
    policies.bring_back(('alice', 'carol'))
