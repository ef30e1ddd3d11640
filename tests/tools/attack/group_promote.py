"""promote, accept-prebuilt and the two allowances: approvals of something else, and what no approval
lets in. The statements are written here, from docs/formats.md."""
import json
import time

from attack.attempts import Attack, request
from attack.release import Release, deb, digest, sign_statement

GROUP = 'promote'
ENOUGH = 'approved-by-enough-people'
THOSE = 'files-are-those-of-the-manifest'


def _in_days(days):
    return time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(time.time() + days * 86400))


class Asker:
    """Requests with a statement of their own, which `people` signed."""

    def __init__(self, terminal):
        self.terminal = terminal
        self.policy = digest((terminal.root / 'policy.json').read_text())
        self.group = json.loads((terminal.root / 'terminal.json').read_text())['group']

    def statement(self, action, lines):
        return ''.join(f'{line}\n' for line in (
            'hallmark-approval-v1', f'action: {action}', *lines, f'terminal-group: {self.group}',
            f'expires: {_in_days(30)}'))

    def approved(self, body, statement, people):
        keys = self.terminal.root / 'demo' / 'approvers'
        signatures = [{'approver': name, 'signature': sign_statement(keys / name, statement)}
                      for name in people]
        return dict(body, statement=statement, signatures=signatures)

    def promote(self, release, to='stable', people=('alice', 'bob'), says=None, asks=None):
        """`says`: lines of the statement that are other than they should be."""
        files = sorted((name, digest(data)) for name, data in release.artefacts)
        lines = {'product': release.product, 'product-file': f'sha256:{digest(release.product_text)}',
                 'policy': f'sha256:{self.policy}', 'version': release.version,
                 **{f'file{i}': f'sha256:{sha256} {name}' for i, (name, sha256) in enumerate(files)},
                 'from': release.target['suite'], 'to': to, **(says or {})}
        text = self.statement('promote', [f'{key.rstrip("0123456789")}: {value}'
                                          for key, value in lines.items()])
        body = {'type': 'promote', 'product': release.product_text, 'version': release.version,
                'from': release.target['suite'], 'to': to, **(asks or {})}
        return self.approved(body, text, people)

    def prebuilt(self, release, suite='testing', people=('alice', 'bob'), says=None, files=None,
                 first=0):
        entries = [{'name': name, 'size': len(data), 'sha256': digest(data), 'suite': suite,
                    'component': 'main'} for name, data in files or release.artefacts]
        manifest = json.dumps({'format': 'hallmark-import-v1', 'product': release.product,
                               'version': release.version, 'files': entries})
        lines = {'product': release.product, 'product-file': f'sha256:{digest(release.product_text)}',
                 'policy': f'sha256:{self.policy}', 'version': release.version,
                 'manifest': f'sha256:{digest(manifest)}', 'suites': f'{suite}/main', **(says or {})}
        text = self.statement('import-prebuilt', [f'{key}: {value}' for key, value in lines.items()])
        body = {'type': 'accept-prebuilt', 'product': release.product_text, 'manifest': manifest,
                'first': first}
        return self.approved(body, text, people)

    def withdrawal(self, release, people=('alice',)):
        """From the suite that it was built for."""
        suite = release.target['suite']
        text = self.statement('withdraw', [
            f'product: {release.product}', f'policy: sha256:{self.policy}', f'version: {release.version}',
            f'suites: {suite}'])
        return self.approved({'type': 'withdraw', 'product': release.product, 'version': release.version,
                              'suite': suite}, text, people)

    def lower_version(self, people=('alice', 'bob'), **facts):
        asked = {'product': 'kappa', 'suite': 'testing', 'version_now': '2.0',
                 'version_wanted': '1.5', 'reason': 'because', **facts}
        text = self.statement('lower-version', [
            f'product: {asked["product"]}', f'policy: sha256:{self.policy}',
            f'suite: {asked["suite"]}', 'package: kappa', f'version-now: {asked["version_now"]}',
            f'version-wanted: {asked["version_wanted"]}', f'reason: {asked["reason"]}'])
        return self.approved({'type': 'allow-lower-version', 'packages': ['kappa'], **asked}, text,
                             people)

    def lower_evidence(self, people=('alice', 'bob'), **facts):
        asked = {'product': 'lambda', 'suites': ['testing'], 'evidence': 'prebuilt',
                 'owner': 'carol', 'until': _in_days(20), **facts}
        text = self.statement('lower-evidence', [
            f'product: {asked["product"]}', f'policy: sha256:{self.policy}',
            *(f'suite: {suite}' for suite in asked['suites']), f'evidence: {asked["evidence"]}',
            f'owner: {asked["owner"]}', f'until: {asked["until"]}'])
        return self.approved({'type': 'allow-lower-evidence', **asked}, text, people)


    def rollout(self, people=('alice', 'bob'), says=None, after=(), **facts):
        """Of kappa 1.0 in suite testing. `says`: what the statement has instead."""
        asked = {'product': 'kappa', 'version': '1.0', 'suite': 'testing', 'after': sorted(after), 'from': 100,
                 'to': 10, **facts}
        said = {**asked, **(says or {})}
        text = self.statement('rollout', [
            f'product: {said["product"]}', f'policy: sha256:{self.policy}', f'version: {said["version"]}',
            f'suite: {said["suite"]}', *(f'after: sha256:{statement}' for statement in said['after']),
            f'from: {said["from"]}%', f'to: {said["to"]}%'])
        return self.approved({'type': 'rollout', **asked}, text, people)


def _promotions(terminal, asker):
    old = Release(terminal, 'kappa', '1.0', [deb('kappa', '1.0')], suite='testing')
    old.accept()
    release = Release(terminal, 'kappa', '2.0', [deb('kappa', '2.0')], suite='testing')
    release.accept()
    never = Release(terminal, 'kappa', '3.0', [deb('kappa', '3.0')], suite='testing')
    names = 'approval-names-this-promotion'
    yield 'that nobody approved of', ENOUGH, asker.promote(release, people=())
    yield 'that one of two approved of', ENOUGH, asker.promote(release, people=('alice',))
    yield 'by the same person twice', ENOUGH, asker.promote(release, people=('alice', 'alice'))
    yield "by the release's own approval", names, dict(
        release.accept_request(), type='promote', version='2.0', **{'from': 'testing', 'to': 'stable'})
    yield 'by the approval of another version', names, dict(
        asker.promote(old), version='2.0')
    for what, key, value in (('of other bytes', 'file0', f'sha256:{"0" * 64} kappa_2.0_amd64.deb'),
                             ('of another product file', 'product-file', 'sha256:' + '0' * 64),
                             ('under another policy', 'policy', 'sha256:' + '0' * 64),
                             ('from another suite', 'from', 'stable'),
                             ('to another suite', 'to', 'testing')):
        yield f'by an approval {what}', names, asker.promote(release, says={key: value})
    yield 'of what was never accepted', 'release-was-accepted', asker.promote(never)
    yield 'from every suite at once', 'release-was-accepted', asker.promote(
        release, asks={'from': '*'})
    yield 'to a suite that the policy has not', 'suite-takes-the-release', asker.promote(
        release, to='unstable')
    yield 'to a suite whose name brings a line along', 'suite-takes-the-release', asker.promote(
        release, to='stable\nexpires: 2036-01-01T00:00:00Z')


def _imports(terminal, asker):
    """Once people have let lambda come into testing as it is; nobody let it into stable."""
    terminal.ask(asker.lower_evidence())
    release = Release(terminal, 'lambda', '1.0', [deb('lambda')])
    files = [data for _, data in release.artefacts]
    good = files[0]
    names = 'approval-names-this-import'
    yield 'that nobody approved of', ENOUGH, asker.prebuilt(release, people=()), files
    yield 'with less evidence than the policy asks for', 'evidence-reaches-the-policy', \
        asker.prebuilt(release, suite='stable'), files
    yield 'by the approval of a release', names, dict(
        asker.prebuilt(release), statement=release.statement,
        signatures=release.accept_request()['signatures']), files
    yield 'by an approval of another manifest', names, asker.prebuilt(
        release, says={'manifest': 'sha256:' + '0' * 64}), files
    yield 'for suites that the approval does not name', names, asker.prebuilt(
        release, says={'suites': 'stable/main'}), files
    yield 'of other bytes', THOSE, asker.prebuilt(release), [good[:-1] + b'x']
    yield 'of one byte more', THOSE, asker.prebuilt(release), [good + b'x']
    yield 'under the name of another package', THOSE, asker.prebuilt(
        release, files=[('mu_1.0_amd64.deb', good)]), files
    yield 'of more files than the manifest has', 'files-are-a-part-of-the-manifest', \
        asker.prebuilt(release), files * 2
    yield 'of files from beyond its end', 'files-are-a-part-of-the-manifest', asker.prebuilt(
        release, first=2**63), files
    foreign = deb('kappa', '9.0')
    yield "of another product's package", 'packages-are-the-products-own', asker.prebuilt(
        release, files=[foreign]), [foreign[1]]
    broken = ('lambda_1.0_amd64.deb', b'MZ' + bytes(100))
    yield 'of what is no package', THOSE, asker.prebuilt(release, files=[broken]), [broken[1]]


def _allowances(asker):
    yield 'a lower version while the higher is there', 'higher-versions-are-withdrawn', \
        asker.lower_version()
    yield 'a lower version for a reason of two lines', 'request-can-be-read', asker.lower_version(
        reason='so\nexpires: 2036-01-01T00:00:00Z')
    yield "a lower version of another product's package", 'packages-are-the-products-own', \
        asker.lower_version(product='alpha')
    yield 'a lower version that is higher', 'version-wanted-is-lower', asker.lower_version(
        version_wanted='9.0')
    yield 'less evidence that nobody approved of', ENOUGH, asker.lower_evidence(people=())
    yield 'less evidence that one of two approved of', ENOUGH, asker.lower_evidence(('alice',))
    yield 'less evidence owned by a stranger', 'owner-is-an-approver', asker.lower_evidence(
        owner='mallory')
    yield 'less evidence for ten years', 'end-is-within-the-policys-bound', asker.lower_evidence(
        until='2036-01-01T00:00:00Z')
    yield 'less evidence in a suite that brings a line along', 'request-can-be-read', \
        asker.lower_evidence(suites=['testing\nevidence: prebuilt'])


def _rollouts(terminal, asker):
    """Of kappa 1.0, which went to one machine in ten, to more, and back to one in ten."""
    slowed = asker.rollout(people=('alice',))
    at_ten = {'after': [digest(slowed['statement'])], 'from': 10}
    unused = asker.rollout(**at_ten, to=80)
    more = asker.rollout(**at_ten, to=60)
    again = asker.rollout(people=('bob',), **{'after': [digest(more['statement'])], 'from': 60, 'to': 10})
    for body in (slowed, more, again):
        terminal.ask(body)
    now = {'after': [digest(again['statement'])], 'from': 10}
    names = 'approval-names-this-rollout'
    follows = 'follows-what-is-in-force'
    yield 'to more machines that nobody approved of', ENOUGH, asker.rollout((), **now, to=100)
    yield 'to more machines that one of two approved of', ENOUGH, asker.rollout(('alice',), **now, to=100)
    yield 'that was approved before it was slowed down again', 'approval-is-not-used-up', more
    yield 'that was approved then and never used', follows, unused
    yield 'from what is not in force', follows, asker.rollout(**{**now, 'from': 0, 'to': 60})
    yield 'after what nobody decided', follows, asker.rollout(**{**now, 'after': ['0' * 64], 'to': 60})
    yield 'to more machines than were approved of', names, asker.rollout(says={'to': 20}, **now, to=100)
    yield 'of another version than was approved of', names, asker.rollout(
        says={'version': '2.0'}, **now, to=60)
    yield 'in another suite than was approved of', names, asker.rollout(
        says={'suite': 'stable'}, **now, to=60)
    yield 'after something else than was approved of', names, asker.rollout(
        says={'after': []}, **now, to=60)
    yield 'to more machines than there are', 'request-can-be-read', asker.rollout(**now, to=1000)
    yield 'to a negative share', 'request-can-be-read', asker.rollout(**now, to=-1)
    yield 'of a version that brings a line along', 'request-can-be-read', asker.rollout(
        version='1.0\nto: 100%', **now, to=60)
    yield 'of what was never accepted', 'release-was-accepted', asker.rollout(version='7.0')


def attacks(terminal):
    asker = Asker(terminal)
    for name, rule, body in _promotions(terminal, asker):
        yield Attack(GROUP, f'a promotion {name}', rule, request(body))
    for name, rule, body, files in _imports(terminal, asker):
        yield Attack(GROUP, f'an import {name}', rule, request(body, files))
    for name, rule, body in _allowances(asker):
        yield Attack(GROUP, name, rule, request(body))
    for name, rule, body in _rollouts(terminal, asker):
        yield Attack(GROUP, f'a rollout {name}', rule, request(body))
