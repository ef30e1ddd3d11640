"""accept-build: records that the builder did not write, and artefacts that must not be accepted."""
import json
import os

from attack import users
from attack.attempts import Attack, request
from attack.release import Release, deb, digest

GROUP = 'build'
BUILDER = 'record-is-from-the-builder'
THOSE = 'artefacts-are-those-of-the-record'
OTHERS = ('hallmark-push', 'hallmark-fetch', 'nobody', 'manager', 'hallmark-sign')


def _ask(release, files=None, **changes):
    return request(release.accept_request(**changes),
                   [data for _, data in release.artefacts] if files is None else files)


def _records(terminal, release):
    """Each names the record that it left in the spool."""
    spool = terminal.root / 'spool' / 'records'
    text = release.record_text

    def left_by_root(change):
        name = digest(change)
        path = spool / f'{name}.json'
        path.write_text(change)
        return name, path

    name, _ = left_by_root(text + '\n')
    yield "a record that the command's user wrote", BUILDER, name
    name, path = left_by_root(text + '\n\n')
    os.chown(path, *users.ids_of('hallmark-push'))
    yield 'a record that belongs to the publisher', BUILDER, name
    name, path = left_by_root(text + ' ')
    os.chown(path, *users.ids_of('hallmark-build'))
    os.chmod(path, 0o666)
    yield 'a record that everybody can write', BUILDER, name
    for kind, make in (('a symbolic link to a record', lambda path: path.symlink_to(
            f'{release.record}.json')), ('a FIFO', os.mkfifo), ('a folder', os.mkdir)):
        name = digest(kind)
        make(spool / f'{name}.json')
        yield f'{kind} in the place of a record', BUILDER, name
    yield 'a record that is not there', BUILDER, '0' * 64
    yield 'a record named by a path', BUILDER, '../../policy'
    name, path = left_by_root(text + '   ')
    os.chown(path, *users.ids_of('hallmark-build'))
    path.rename(spool / f'{"1" * 64}.json')
    yield 'a record that has not the digest that names it', BUILDER, '1' * 64


def _records_of_the_builder(release):
    record = json.loads(release.record_text)
    for name, rule, change in (
            ('of another lock', 'record-is-of-this-lock', {'lock_sha256': '0' * 64}),
            ('of another product', 'record-is-of-this-lock', {'product': 'alpha'}),
            ('of another version', 'record-is-of-this-lock', {'version': '7'}),
            ('for a target that the lock has not', 'record-is-of-this-lock',
             {'target': dict(record['target'], suite='testing')}),
            ('from another environment', 'record-is-of-this-lock', {'environment_sha256': '0' * 64}),
            ('with less evidence than the policy asks for', 'evidence-reaches-the-policy',
             {'evidence': 'built'})):
        yield f'a record {name}', rule, release.put_record(json.dumps(dict(record, **change)))


def _artefacts(terminal, release):
    good = release.artefacts[0][1]
    yield 'no artefact', THOSE, _ask(release, [])
    yield 'an artefact too many', THOSE, _ask(release, [good, good])
    yield 'an artefact of other bytes', THOSE, _ask(release, [good[:-1] + b'x'])
    yield 'an artefact with one byte more', THOSE, _ask(release, [good + b'x'])
    yield 'an artefact that is cut', THOSE, _ask(release, [good[:-1]])
    yield 'an empty artefact', THOSE, _ask(release, [b''])

    def built(product, version, *artefacts, **facts):
        return _ask(Release(terminal, product, version, list(artefacts), **facts))

    yield 'an artefact that is no package', 'artefacts-fit-the-recipe', built(
        'zeta', '1.0', ('zeta_1.0_amd64.deb', b'MZ' + bytes(100)))
    yield 'a package for another architecture', 'packages-fit-the-target', built(
        'zeta', '1.1', deb('zeta', '1.1', 'arm64'))
    yield 'a package that the product does not list', 'packages-are-the-products-own', built(
        'zeta', '1.5', deb('alpha', '9.0'))
    yield "another product's package, listed as its own", 'packages-are-the-products-own', built(
        'zeta', '1.6', deb('alpha', '9.0'), recipe={'kind': 'deb', 'packages': ['alpha']})
    yield 'a package of a lower version', 'versions-are-not-lowered', built(
        'alpha', '0.9', deb('alpha', '0.9'))
    yield 'another spelling of the newest version', 'versions-are-not-lowered', built(
        'alpha', '2.00', deb('alpha', '2.00'))
    yield 'other bytes under a published version', 'published-packages-keep-their-bytes', built(
        'alpha', '2.0+again', deb('alpha', '2.0', depends='intruder'))
    yield 'a published version under another epoch', 'published-packages-keep-their-bytes', built(
        'alpha', '1:2.0', ('alpha_2.0_amd64.deb', deb('alpha', '1:2.0')[1]))
    yield 'a package twice in one build', 'published-packages-keep-their-bytes', built(
        'zeta', '1.2', deb('zeta', '1.2'), ('zeta_1.2_copy.deb', deb('zeta', '1.2', depends='x')[1]))
    yield 'a suite that the policy has not', 'targets-are-in-the-policy', built(
        'zeta', '1.3', deb('zeta', '1.3'), suite='unstable')
    yield 'a control file with a field of an index', 'artefacts-fit-the-recipe', built(
        'zeta', '1.4', deb('zeta', '1.4', extra='Filename: pool/x\n'))


def _spent_approval(release):
    """The approval was used up by the build that it was given for."""
    again = json.loads(release.record_text)
    name, data = deb('eta', '1.0', depends='intruder')
    again['artefacts'] = [{'name': name, 'size': len(data), 'sha256': digest(data)}]
    return _ask(release, [data], record=release.put_record(json.dumps(again)))


def _write_record(terminal):
    def act(_):
        path = terminal.root / 'spool' / 'records' / 'forged.json'
        path.write_text('{}')
    return act


def _other_product_file(release):
    changed = release.product_text.replace('reproduced', 'prebuilt')
    return _ask(release, product=changed)


def attacks(terminal):
    release = Release(terminal, 'zeta', '0.9', [deb('zeta', '0.9')])
    for name, rule, record in _records(terminal, release):
        yield Attack(GROUP, name, rule, _ask(release, record=record))
    for name, rule, record in _records_of_the_builder(release):
        yield Attack(GROUP, name, rule, _ask(release, record=record))
    yield Attack(GROUP, 'a product file that nobody approved of', 'lock-is-of-this-product',
                 _other_product_file(release))
    for name, rule, act in _artefacts(terminal, release):
        yield Attack(GROUP, name, rule, act)
    spent = Release(terminal, 'eta', '1.0', [deb('eta', '1.0')], suite='testing')
    spent.accept()
    yield Attack(GROUP, 'other artefacts for an approval that was used', 'approval-is-not-used-up',
                 _spent_approval(spent))
    yield Attack(GROUP, 'writing a build record', 'error: Permission denied',
                 _write_record(terminal), OTHERS)
