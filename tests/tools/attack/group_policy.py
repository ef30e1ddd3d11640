"""Policies that must not become a terminal's, tried before it has one; and the second one after."""
import copy
import json
import tempfile

from attack.attempts import Attack, request
from attack.group_promote import Asker
from attack.release import digest
from attack.release_fields import READ, TEXTS, in_each_field
from attack.sibling import Sibling
from attack.terminal import run

GROUP = 'policy'
ROOT = ('root',)  # nobody else has business with a terminal that is being made


def _forged(terminal, change):
    body = terminal.install_request()
    policy = copy.deepcopy(terminal.policy)
    change(policy)
    body['policy'] = json.dumps(policy)
    return request(body)


def _suite(key, value):
    def change(policy):
        policy['suites'][0][key] = value
    return change


def _weak_approver(policy):
    with tempfile.TemporaryDirectory() as folder:
        run('ssh-keygen', '-q', '-t', 'rsa', '-b', '1024', '-N', '', '-f', f'{folder}/weak')
        with open(f'{folder}/weak.pub') as line:
            policy['approvers'][0]['keys'] = [line.read().strip()]


def _same_key_twice(policy):
    policy['approvers'][1]['keys'] = policy['approvers'][0]['keys']


def _nobody_rebuilds(policy):
    policy.update(evidence='rebuilt', rebuilders=[], rebuilders_needed=0)


def _approver_rebuilds(policy):
    policy.update(rebuilders=[{'name': 'north', 'keys': policy['approvers'][0]['keys']}], rebuilders_needed=1)


def _in_release(body_for, request_name):
    for text in TEXTS:
        yield Attack(GROUP, f'{text}, in any value that Release has, by {request_name}', READ,
                     in_each_field(text, body_for), ROOT)


def release_attacks(terminal):
    yield from _in_release(lambda text: dict(terminal.install_request(), policy=text), 'install-policy')


class TakeOver:
    """This terminal in the place of one that is lost: the policy that was in force, and a change of it
    that people are said to have approved of."""

    def __init__(self, terminal, folder):
        self.terminal, self.asker = terminal, Asker(terminal)
        before = copy.deepcopy(terminal.policy)
        self.own = before['log_keys']
        before['log_keys'] = [Sibling(folder, 'lost').policy_entry()]
        self.before = before

    def request(self, change=lambda policy: None, people=('alice', 'bob'), says='', **changes):
        after = copy.deepcopy(self.before)
        after['log_keys'].extend(self.own)
        change(after)
        text, replaces = json.dumps(after), changes.pop('replaces', json.dumps(self.before))
        statement = self.asker.statement('policy', [f'policy: sha256:{digest(says or replaces)}',
                                                    f'new-policy: sha256:{digest(text)}'])
        body = dict(self.terminal.install_request(), policy=text, replaces=replaces, **changes)
        return request(self.asker.approved(body, statement, people))


def take_overs(terminal, folder):
    """The signer asks the log key's agent before it asks who approved."""
    lacks = 'replaced-policy-lacks-this-terminal-alone'
    enough = 'approved-by-enough-people'
    forged = TakeOver(terminal, folder).request
    for what, rule, body in (
            ('of which nobody approved', enough, forged(people=())),
            ('of which one person approved', enough, forged(people=('alice',))),
            ('of which one person approved twice', enough, forged(people=('alice', 'alice'))),
            ('that also lowers the threshold', lacks, forged(lambda policy: policy.update(threshold=1))),
            ('that also drops an approver', lacks, forged(lambda policy: policy['approvers'].pop())),
            ("that also drops the lost terminal's log key", lacks,
             forged(lambda policy: policy['log_keys'].pop(0))),
            ('that leaves everything as it was', 'log-key-is-the-agents', forged(lambda policy: policy['log_keys'].pop())),
            ('by approvals of a change of another policy', 'approval-names-this-change', forged(says='{}')),
            ('that replaces no policy', 'replaced-policy-can-be-read', forged(replaces='{"threshold": 1}')),
            ('with a ceremony', 'ceremony-is-of-the-first-policy', forged(ceremony='printed and signed'))):
        yield Attack(GROUP, f'taking over from a lost terminal by a change {what}', rule, body, ROOT)


def attacks(terminal):
    changes = [
        ('a suite named ../stable', READ, _suite('name', '../stable')),
        ('a component with a space in it', READ, _suite('components', ['main contrib'])),
        ('an architecture with a slash in it', READ, _suite('architectures', ['../amd64'])),
        ('validity of 100 years', READ, _suite('valid_days', 36500)),
        ('no validity', READ, _suite('valid_days', 0)),
        ('a suite that keeps no version of a package', READ, _suite('keep_versions', 0)),
        ('a threshold of nobody', READ, lambda policy: policy.update(threshold=0)),
        ('a threshold above the number of approvers', READ, lambda policy: policy.update(threshold=4)),
        ('one key for two approvers', READ, _same_key_twice),
        ('evidence "rebuilt" without rebuilders', READ, _nobody_rebuilds),
        ('an approver who is a rebuilder too', READ, _approver_rebuilds),
        ('an approver with an RSA key of 1024 bits', 'approvers-have-usable-keys', _weak_approver),
        ('a demo terminal without the mark', 'policy-suits-this-terminal',
         lambda policy: policy.update(origin='Debian', label='Debian')),
        ('another certificate for the APK key', 'certificates-are-those-of-the-policy',
         lambda policy: policy['apk_keys'][0].update(certificate_sha256='0' * 64)),
        ('the keygrip of another key for the APK key', 'keygrips-are-those-of-the-certificates',
         lambda policy: policy['apk_keys'][0].update(keygrip='0' * 40)),
        ('an OpenPGP key that is not handed in', 'openpgp-keys-are-those-of-the-policy',
         _suite('keys', ['A' * 40])),
    ]
    for name, rule, change in changes:
        yield Attack(GROUP, name, rule, _forged(terminal, change), ROOT)


def later_attacks(terminal):
    yield Attack(GROUP, 'another policy, once there is one', 'no-other-policy-is-installed',
                 _forged(terminal, lambda policy: policy.update(threshold=1)))
    yield from _in_release(lambda text: {'type': 'change-policy', 'policy': text}, 'change-policy')
