"""Who may decide: policies and withdrawals that too few people approved of, and somebody who may not any more."""
from attack.attempts import Attack, request
from attack.group_siblings import adopt_body, import_body, say_accepted
from attack.policies import Policies
from attack.release import Release, deb, sign_statement
from attack.sibling import Sibling, batch
from attack.terminal import run
from attack.wire import memory_file

GROUP = 'people'
ENOUGH = 'approved-by-enough-people'
NAMES = 'approval-names-this-release'


def _one_is_enough(policy):
    policy['threshold'] = 1


def _nothing_is_young(policy):
    policy['withdraw_days'] = 0


def _with_signatures(body, *signatures):
    return dict(body, signatures=[{'approver': name, 'signature': armor} for name, armor in signatures])


def _policies(policies, stranger):
    text = policies.text(_one_is_enough)
    honest = policies.request(text, ('alice', 'bob'))
    alice = honest['signatures'][0]['signature']
    signed_by_a_stranger = sign_statement(stranger, honest['statement'])
    another = policies.request(policies.text(_nothing_is_young), ('alice', 'bob'))
    for what, people in (('nobody', ()), ('one of two', ('alice',)), ('the same person twice', ('bob', 'bob'))):
        yield f'a policy that {what} approved of', ENOUGH, policies.request(text, people)
    for what, name, armor in (("with one person's signature under another's name", 'bob', alice),
                              ("with a stranger's key under an approver's name", 'bob', signed_by_a_stranger),
                              ("with a stranger's key under their own name", 'mallory', signed_by_a_stranger)):
        yield f'a policy {what}', ENOUGH, _with_signatures(honest, ('alice', alice), (name, armor))
    for what, key in (('the approval of another', None), ('an approval under another policy', 'policy')):
        forged = dict(another if key is None else _says(policies, honest, key), type='change-policy', policy=text)
        yield f'a policy by {what}', 'approval-names-this-change', forged


def _says(policies, body, key):
    line = next(line for line in body['statement'].splitlines() if line.startswith(f'{key}: '))
    statement = body['statement'].replace(line, f'{key}: sha256:{"0" * 64}')
    return policies.asker.approved(body, statement, ('alice', 'bob'))


def _withdrawal(asker, release, people, **says):
    lines = {'product': release.product, 'policy': f'sha256:{asker.policy}', 'version': release.version,
             'suites': 'testing', **says}
    statement = asker.statement('withdraw', [f'{key}: {value}' for key, value in lines.items()])
    return asker.approved({'type': 'withdraw', 'product': release.product, 'version': release.version,
                           'suite': 'testing'}, statement, people)


def _withdrawals(asker, release, stranger):
    """One approver would be enough: the release is young."""
    honest = _withdrawal(asker, release, ('alice',))
    alice = honest['signatures'][0]['signature']
    forged = sign_statement(stranger, honest['statement'])
    yield 'a withdrawal that nobody approved of', ENOUGH, _withdrawal(asker, release, ())
    yield "a withdrawal with a stranger's key under an approver's name", ENOUGH, _with_signatures(
        honest, ('alice', forged))
    yield "a withdrawal with one person's signature under another's name", ENOUGH, _with_signatures(
        honest, ('bob', alice))
    for what, key, value in (('another version', 'version', '9.0'), ('another product', 'product', 'beta'),
                             ('every suite', 'suites', '*'), ('another policy', 'policy', 'sha256:' + '0' * 64)):
        yield (f'a withdrawal by an approval for {what}', 'approval-names-this-withdrawal',
               _withdrawal(asker, release, ('alice',), **{key: value}))
    yield "a withdrawal by the release's own approval", 'approval-names-this-withdrawal', dict(
        honest, **{key: release.accept_request()[key] for key in ('statement', 'signatures')})


def _approved_by_bob(release):
    """In the place of carol, who approved of it: he has his key still."""
    alice, bob = release.signatures['alice'], sign_statement(release.key('bob'), release.statement)
    return _with_signatures(release.accept_request(), ('alice', alice), ('bob', bob))


def _without_bob(policies, folder):
    """Bob may approve of nothing any more, here and at the sibling, which knows of that."""
    terminal, sibling = policies.terminal, Sibling(folder, 'p2')

    def change(policy):
        policy['approvers'] = [person for person in policy['approvers'] if person['name'] != 'bob']
        policy['log_keys'].append(sibling.policy_entry())

    before = Release(terminal, 'sigma', '1.0', [deb('sigma')], suite='testing')
    young = _withdrawal(policies.asker, _accepted(terminal, 'upsilon'), ('bob',))
    policies.bring(change)
    sibling.add('policy', sha256=policies.asker.policy)
    after = Release(terminal, 'sigma', '1.1', [deb('sigma', '1.1')], suite='testing', approvers=('alice', 'carol'))
    files = [data for _, data in after.artefacts]
    terminal.ask(import_body(sibling), [memory_file(batch(sibling.lines))])
    yield 'a release that somebody approved of before he was dropped', NAMES, before.accept_request(), before.contents()
    yield 'a release that somebody approved of after he was dropped', ENOUGH, _approved_by_bob(after), files
    yield "his signature under another approver's name", ENOUGH, _with_signatures(
        after.accept_request(), ('alice', after.signatures['alice']),
        ('carol', sign_statement(after.key('bob'), after.statement))), files
    yield 'a withdrawal that he approved of before', 'approval-names-this-withdrawal', young, ()
    text = say_accepted(sibling, after, _approved_by_bob(after), policies.asker.policy)
    terminal.ask(import_body(sibling), [memory_file(batch(sibling.lines))])
    yield "a sibling's release that he approved of after he was dropped", ENOUGH, adopt_body(sibling), [text, *files]
    yield 'a policy that he approves of', ENOUGH, policies.request(policies.text(_one_is_enough), ('alice', 'bob')), ()


def _accepted(terminal, name):
    release = Release(terminal, name, '1.0', [deb(name)], suite='testing')
    release.accept()
    return release


def attacks(terminal, folder):
    """A generator: each policy is in force for as long as it has attacks to give."""
    stranger = folder / 'somebody'
    run('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', stranger)
    policies = Policies(terminal, 'the people')
    for name, rule, body in _policies(policies, stranger):
        yield Attack(GROUP, name, rule, request(body))
    release = _accepted(terminal, 'rho')
    for name, rule, body in _withdrawals(policies.asker, release, stranger):
        yield Attack(GROUP, name, rule, request(body))
    policies.bring(_nothing_is_young)
    for what, people in (('one of two', ('alice',)), ('the same person twice', ('alice', 'alice'))):
        yield Attack(GROUP, f'a withdrawal of what is not young, that {what} approved of', ENOUGH,
                     request(_withdrawal(policies.asker, release, people)))
    for name, rule, body, files in _without_bob(policies, folder):
        yield Attack(GROUP, name, rule, request(body, files))
    policies.bring_back(('alice', 'carol'))
