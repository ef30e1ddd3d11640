"""Signing blocks of v2, v3 and v3.1 that lie. Everything that a signer signs is signed after the
change, by the app's own key unless the name says otherwise."""
from apk_lab import schemes
from apk_lab.forgery import Specimen, control
from apk_lab.judges import Range
from apk_lab.schemes import (LINEAGE, ROTATION_MIN_SDK, V2, V3, Signer, Sized, honest,
                             lineage_nodes, lineage_value, rotated, u32, u64)

LENGTHS = {'0': 0, '2^31': 1 << 31, '2^32-1': (1 << 32) - 1}
NEW_DEVICES = Range(33)


def specimens(lab):
    yield control('control: v2 and v3', lab.signed())
    yield control('control: rotated, v3.1', schemes.sign(lab.parts, **rotated([lab.rsa, lab.ec])),
                  known_to_apksigner=False)
    yield control('control: rotated, v3 alone', rotated_v3(lab, lineage_nodes([lab.rsa, lab.ec])))
    yield from stripped(lab)
    yield from other_keys(lab)
    yield from lists(lab)
    yield from sdk_ranges(lab)
    yield from rotations(lab)
    yield from lineages(lab)
    yield from blocks(lab)
    yield from lengths(lab)


def stripped(lab):
    v2 = honest(lab.rsa)['v2']
    yield Specimen('v3 stripped', schemes.sign(lab.parts, v2=v2))
    yield Specimen('v3 stripped, and v3.1 left', schemes.sign(
        lab.parts, v2=v2, v31=rotated([lab.rsa, lab.ec])['v31']))
    yield Specimen('v2 stripped, for devices that know v2 alone',
                   schemes.sign(lab.parts, v3=[Signer(lab.rsa)]), Range(24))
    yield Specimen('the signing block cut out', lab.parts.file())
    yield Specimen('v3.1 stripped', schemes.sign(
        lab.parts, **{**rotated([lab.rsa, lab.ec]), 'v31': []}), NEW_DEVICES)


def other_keys(lab):
    """Who signed, and who is said to have signed."""
    for scheme in ('v2', 'v3'):
        def with_signer(**changes):
            signers = honest(lab.rsa)
            for name, value in changes.items():
                setattr(signers[scheme][0], name, value)
            return schemes.sign(lab.parts, **signers)

        yield Specimen(f'{scheme}: a stranger\'s certificate',
                       with_signer(certificates=[lab.other.certificate]))
        yield Specimen(f'{scheme}: a stranger\'s certificate before the own',
                       with_signer(certificates=[lab.other.certificate, lab.rsa.certificate]))
        yield Specimen(f'{scheme}: a stranger\'s public key', with_signer(spki=lab.other.spki))
        yield Specimen(f'{scheme}: the app\'s certificate, a stranger\'s key and signature',
                       with_signer(key=lab.other, certificates=[lab.rsa.certificate]))
        yield Specimen(f'{scheme}: the app\'s certificate and key, a stranger\'s signature',
                       with_signer(key=lab.other, certificates=[lab.rsa.certificate],
                                   spki=lab.rsa.spki))
        yield Specimen(f'{scheme}: signed by a stranger', schemes.sign(
            lab.parts, **{**honest(lab.rsa), scheme: honest(lab.other)[scheme]}))
        yield Specimen(f'{scheme}: a certificate that is none', with_signer(certificates=[b'0123']))
        yield Specimen(f'{scheme}: a certificate with a byte behind it',
                       with_signer(certificates=[lab.rsa.certificate + b'\0']))
        yield Specimen(f'{scheme}: a public key that is none', with_signer(spki=b'0123'))
        yield Specimen(f'{scheme}: no certificate', with_signer(forge=emptied('certificates')))
        for what, edit in {'empty': lambda s: b'', 'cut': lambda s: s[:-1],
                           'longer': lambda s: s + b'\0', 'zeros': lambda s: bytes(len(s)),
                           'backwards': lambda s: s[::-1]}.items():
            yield Specimen(f'{scheme}: a signature that is {what}', with_signer(edit_signature=edit))
    yield Specimen('v2: eleven signers', schemes.sign(
        lab.parts, v2=[Signer(key) for key in lab.many]))
    yield Specimen('v3: two signers for one range', schemes.sign(
        lab.parts, v3=[Signer(lab.rsa), Signer(lab.ec)]), Range(28))
    yield Specimen('v2: no signer', schemes.sign(lab.parts, pairs=[(V2, u32(0))]))
    yield Specimen('v3: no signer', schemes.sign(lab.parts, v2=honest(lab.rsa)['v2'],
                                                 pairs=[(V3, u32(0))]))


def emptied(name):
    def forge(tree):
        for _, node in tree.walk():
            if node.name == name:
                node.parts = []
    return forge


def lists(lab):
    """The list of digests and that of signatures must be of the same algorithms, in one order."""
    for scheme in ('v2', 'v3'):
        def with_lists(digests, signatures, more=None):
            signers = honest(lab.rsa)
            signers[scheme][0].algorithms = digests
            signers[scheme][0].signature_algorithms = signatures
            for name, value in (more or {}).items():
                setattr(signers[scheme][0], name, value)
            return schemes.sign(lab.parts, **signers)

        yield control(f'control: {scheme}, two algorithms',
                      with_lists([0x0103, 0x0104], [0x0103, 0x0104]))
        yield Specimen(f'{scheme}: a digest more than signatures',
                       with_lists([0x0103, 0x0104], [0x0103]))
        yield Specimen(f'{scheme}: a signature more than digests',
                       with_lists([0x0103], [0x0103, 0x0104]))
        yield Specimen(f'{scheme}: lists in another order',
                       with_lists([0x0104, 0x0103], [0x0103, 0x0104]))
        yield Specimen(f'{scheme}: lists of other algorithms', with_lists([0x0104], [0x0103]))
        yield Specimen(f'{scheme}: no digest', with_lists(
            [0x0103], [0x0103], {'forge': emptied('digests')}))
        yield Specimen(f'{scheme}: no signature', with_lists(
            [0x0103], [0x0103], {'forge': emptied('signatures')}))
        true = schemes.digests_of(lab.parts)
        for what, lie in {'another digest': bytes(32), 'a short digest': true[0x0103][:31],
                          'a long digest': true[0x0103] + b'\0', 'an empty digest': b''}.items():
            yield Specimen(f'{scheme}: {what}', with_lists(
                [0x0103], [0x0103], {'digests': {0x0103: lie}}))
        yield Specimen(f'{scheme}: one good digest and one bad', with_lists(
            [0x0103, 0x0104], [0x0103, 0x0104],
            {'digests': {0x0103: true[0x0103], 0x0104: bytes(64)}}))
        yield Specimen(f'{scheme}: unknown algorithms alone', renumbered(lab, scheme, 0x0199))
        yield Specimen(f'{scheme}: ECDSA\'s number on an RSA signature',
                       renumbered(lab, scheme, 0x0201))


def renumbered(lab, scheme, number):
    """Both lists say `number`, and nothing else changes but the signature over it."""
    def forge(tree):
        for path, node in tree.walk():
            if path.split('/')[-2:-1] in (['digests'], ['signatures']):
                node.parts[0] = u32(number)
    signers = honest(lab.rsa)
    signers[scheme][0].forge = forge
    return schemes.sign(lab.parts, **signers)


def sdk_ranges(lab):
    def v3(*signers, sdk=Range()):
        return schemes.sign(lab.parts, **honest(lab.rsa, v3=list(signers))), sdk

    for name, (apk, sdk) in {
            'v3: a gap between two ranges': v3(
                Signer(lab.rsa, max_sdk=29), Signer(lab.rsa, min_sdk=31)),
            'v3: a gap below': v3(Signer(lab.rsa, min_sdk=29)),
            'v3: a gap above': v3(Signer(lab.rsa, max_sdk=30)),
            'v3: ranges that overlap': v3(Signer(lab.rsa, max_sdk=30), Signer(lab.rsa, min_sdk=30)),
            'v3: a range backwards': v3(Signer(lab.rsa, min_sdk=30, max_sdk=28)),
            'v3: minimum not as signed': v3(Signer(lab.rsa, outer_min_sdk=25)),
            'v3: maximum not as signed': v3(Signer(lab.rsa, max_sdk=30, outer_max_sdk=0x7FFFFFFF)),
            'v3: a range of 2^31 and more': v3(Signer(lab.rsa, max_sdk=0xFFFFFFFF)),
    }.items():
        yield Specimen(name, apk, sdk)


def rotated_v3(lab, nodes, **changes):
    """v3 with a lineage and the newest key, as apksigner before v3.1 rotates."""
    attributes = [(LINEAGE, lineage_value(nodes) if isinstance(nodes, list) else nodes)]
    return schemes.sign(lab.parts, **honest(lab.rsa, v3=[
        Signer(lab.ec, attributes=attributes, **changes)]))


def rotations(lab):
    """v3.1 beside v3."""
    good = rotated([lab.rsa, lab.ec])

    def forged(name, **changes):
        return Specimen(name, schemes.sign(lab.parts, **{**good, **changes}), NEW_DEVICES,
                        known_to_apksigner=False)

    yield forged('v3.1 without v3', v3=[])
    yield forged('v3.1: v3 does not tell of it', v3=[Signer(lab.rsa, max_sdk=32)])
    yield forged('v3.1: v3 tells of another API level', v3=[
        Signer(lab.rsa, max_sdk=32, attributes=[(ROTATION_MIN_SDK, u32(34))])])
    yield forged('v3.1: a gap behind v3', v3=[
        Signer(lab.rsa, max_sdk=31, attributes=[(ROTATION_MIN_SDK, u32(33))])])
    yield forged('v3.1: an overlap with v3', v3=[
        Signer(lab.rsa, max_sdk=33, attributes=[(ROTATION_MIN_SDK, u32(33))])])
    yield forged('v3.1: no lineage', v31=[Signer(lab.ec, min_sdk=33)])
    value = lineage_value(lineage_nodes([lab.rsa, lab.ec]))
    yield forged('v3.1: signed by a stranger', v31=[
        Signer(lab.other, min_sdk=33, attributes=[(LINEAGE, value)])])
    yield forged('v3.1: a lineage that begins with a stranger', v31=rotated(
        [lab.other, lab.ec])['v31'])
    yield forged('v3.1: a gap above', v31=[
        Signer(lab.ec, min_sdk=33, max_sdk=35, attributes=[(LINEAGE, value)])])
    yield forged('v3.1: a flipped bit in the signature', v31=[
        Signer(lab.ec, min_sdk=33, attributes=[(LINEAGE, value)],
               edit_signature=lambda s: s[:-1] + bytes([s[-1] ^ 1]))])
    yield forged('v3.1: another digest', v31=[
        Signer(lab.ec, min_sdk=33, attributes=[(LINEAGE, value)], digests={0x0201: bytes(32)})])
    yield forged('v3.1: API level of rotation in three bytes', v3=[
        Signer(lab.rsa, max_sdk=32, attributes=[(ROTATION_MIN_SDK, b'\x21\0\0')])])


def lineages(lab):
    keys = [lab.rsa, lab.newest, lab.ec]
    for where in ('v3', 'v3.1'):
        def forged(name, nodes):
            if where == 'v3':
                return Specimen(f'lineage in v3: {name}', rotated_v3(lab, nodes))
            value = lineage_value(nodes) if isinstance(nodes, list) else nodes
            signers = rotated([lab.rsa, lab.ec])
            signers['v31'][0].attributes = [(LINEAGE, value)]
            return Specimen(f'lineage in v3.1: {name}', schemes.sign(lab.parts, **signers),
                            NEW_DEVICES, known_to_apksigner=False)

        for name, nodes in lineage_forgeries(lab, keys):
            yield forged(name, nodes)
    yield Specimen('lineage in v3: does not hold v2\'s signer', schemes.sign(
        lab.parts, **honest(lab.other, v3=[Signer(lab.ec, attributes=[
            (LINEAGE, lineage_value(lineage_nodes([lab.rsa, lab.ec])))])])))
    yield Specimen('lineage in v3: v2\'s signer is not its root', schemes.sign(
        lab.parts, **honest(lab.newest, v3=[Signer(lab.ec, attributes=[
            (LINEAGE, lineage_value(lineage_nodes(keys)))])])))


def lineage_forgeries(lab, keys):
    def nodes(**changes):
        out = lineage_nodes(keys)
        for place, value in changes.items():
            node, field = map(int, place[1:].split('_'))
            out[node][field] = value
        return out

    good = nodes()
    yield 'a wrong node', nodes(n1_0=lab.other.certificate)
    yield 'a wrong root', nodes(n0_0=lab.other.certificate)
    yield 'reordered', [good[1], good[0], good[2]]
    yield 'backwards', good[::-1]
    yield 'truncated: no root', good[1:]
    yield 'truncated: no newest node', good[:-1]
    yield 'truncated: the middle is missing', [good[0], good[2]]
    yield 'the root alone', good[:1]
    yield 'no node', []
    yield 'a node twice', [good[0], good[1], good[1], good[2]]
    yield 'a signature of nothing', nodes(n1_4=b'')
    yield 'a flipped bit in a signature', nodes(
        n2_4=good[2][4][:-1] + bytes([good[2][4][-1] ^ 1]))
    yield 'a signature by the child itself', nodes(n2_4=lab.ec.sign(
        0x0201, Sized('', lab.ec.certificate).encode() + u32(good[2][1])))
    yield 'another algorithm than the parent named', nodes(n0_3=0x0104)
    yield 'an unknown algorithm', nodes(n0_3=0x0199, n1_1=0x0199)
    yield 'a certificate that is none', nodes(n1_0=b'0123')
    yield 'an unknown version', lineage_value(good, version=2)
    yield 'a byte behind it', lineage_value(good) + b'\0'
    yield 'cut in the middle', lineage_value(good)[:-7]
    yield 'nothing at all', b''
    yield 'a hundred nodes too many', lineage_nodes([lab.ec, lab.newest] * 50 + [lab.ec])


def blocks(lab):
    """The block around the schemes' values."""
    parts = lab.parts
    digests = schemes.digests_of(parts)
    signers = honest(lab.rsa)
    v2 = (V2, schemes.scheme_value(V2, signers['v2'], digests))
    v3 = (V3, schemes.scheme_value(V3, signers['v3'], digests))
    stranger = (V3, schemes.scheme_value(V3, honest(lab.other)['v3'], digests))

    def apk(block):
        return schemes.assemble(parts, block)

    good = schemes.signing_block([v2, v3])
    yield Specimen('v3 twice', apk(schemes.signing_block([v2, v3, v3])))
    yield Specimen('v3 twice, the first a stranger\'s', apk(schemes.signing_block([v2, stranger, v3])))
    yield Specimen('v3 twice, the second a stranger\'s',
                   apk(schemes.signing_block([v2, v3, stranger])))
    yield Specimen('two signing blocks', apk(schemes.signing_block([v2, stranger]) + good))
    yield Specimen('two signing blocks, the first empty', apk(schemes.signing_block([]) + good))
    yield Specimen('bytes between signing block and directory', apk(good + bytes(8)))
    yield Specimen('a wrong magic', apk(good[:-1] + b'3'))
    size = len(good) - 8
    for name, lie in {'0': 0, '23': 23, 'too small': size - 8, 'too large': size + 8,
                      '2^31': 1 << 31, '2^32-1': (1 << 32) - 1, '2^63': 1 << 63,
                      '2^64-1': (1 << 64) - 1}.items():
        yield Specimen(f'first size of the signing block: {name}', apk(u64(lie) + good[8:]))
        yield Specimen(f'second size of the signing block: {name}',
                       apk(good[:-24] + u64(lie) + good[-16:]))
        yield Specimen(f'both sizes of the signing block: {name}',
                       apk(u64(lie) + good[8:-24] + u64(lie) + good[-16:]))
        yield Specimen(f'length of the first pair: {name}', apk(good[:8] + u64(lie) + good[16:]))
    yield Specimen('a pair of three bytes', apk(schemes.signing_block([v2, v3])[:-24][:8] + u64(3) +
                                                good[16:]))


def lengths(lab):
    """Every length field of every structure, one at a time, signed again where it is signed."""
    for scheme in ('v2', 'v3'):
        yield from scheme_lengths(lab, scheme)
    good = lineage_nodes([lab.rsa, lab.ec])
    for i, tree in enumerate(schemes.lineage_tree(good)):
        for path, _ in tree.walk():
            for what, length in LENGTHS.items():
                trees = schemes.lineage_tree(good)
                trees[i].find(path).length = length
                if trees[i].encode() == tree.encode():
                    continue  # it is 0 anyway
                value = u32(1) + b''.join(t.encode() for t in trees)
                yield Specimen(f'lineage: length of {path} is {what}', rotated_v3(lab, value))


def scheme_lengths(lab, scheme):
    seen = []

    def collect(tree):
        seen.extend(path for path, _ in tree.walk())

    signers = honest(lab.rsa)
    signers[scheme][0].forge = collect
    schemes.sign(lab.parts, **signers)
    for path in dict.fromkeys(seen):
        for what, length in LENGTHS.items():
            changed = []

            def forge(tree):
                node = tree.find(path)
                if node is not None and node.length is None:
                    before = tree.encode()
                    node.length = length
                    changed.append(tree.encode() != before)

            signers = honest(lab.rsa)
            signers[scheme][0].forge = forge
            apk = schemes.sign(lab.parts, **signers)
            if any(changed):
                yield Specimen(f'{scheme}: length of {path} is {what}', apk)
    number = V2 if scheme == 'v2' else V3
    for what, length in LENGTHS.items():
        def whole(of, tree):
            if of == number:
                tree.length = length

        yield Specimen(f'{scheme}: length of the list of signers is {what}',
                       schemes.sign(lab.parts, **honest(lab.rsa), forge=whole))
