"""Signing blocks of v2, v3 and v3.1 that lie. Everything that a signer signs is signed after the
change, by the app's own key unless the name says otherwise."""
from apk_lab import schemes
from apk_lab.forgery import Specimen, control
from apk_lab.judges import Range
from apk_lab.schemes import (LINEAGE, ROTATION_MIN_SDK, V2, V3, Signer, Sized, honest,
                             lineage_nodes, lineage_value, rotated, u32, u64)

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


def signers_of(lab, scheme):
    """Honest signers, of which those of the scheme are to be changed."""
    return rotated([lab.rsa, lab.ec]) if scheme == 'v3.1' else honest(lab.rsa)


def place_of(scheme):
    return scheme.replace('.', '')


def specimen_of(scheme, name, apk, forged=True):
    if scheme == 'v3.1':
        return Specimen(name, apk, NEW_DEVICES, forged=forged, known_to_apksigner=False)
    return Specimen(name, apk, forged=forged)


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
    for scheme in ('v2', 'v3', 'v3.1'):
        place = place_of(scheme)
        own = lab.ec if scheme == 'v3.1' else lab.rsa

        def forged(name, **changes):
            signers = signers_of(lab, scheme)
            for attribute, value in changes.items():
                setattr(signers[place][0], attribute, value)
            return specimen_of(scheme, f'{scheme}: {name}', schemes.sign(lab.parts, **signers))

        yield forged('a stranger\'s certificate', certificates=[lab.other.certificate])
        yield forged('a stranger\'s certificate before the own',
                     certificates=[lab.other.certificate, own.certificate])
        yield forged('a stranger\'s public key', spki=lab.other.spki)
        yield forged('the app\'s certificate, a stranger\'s key and signature',
                     key=lab.other, certificates=[own.certificate])
        yield forged('the app\'s certificate and key, a stranger\'s signature',
                     key=lab.other, certificates=[own.certificate], spki=own.spki)
        yield forged('signed by a stranger', key=lab.other)
        yield forged('a certificate that is none', certificates=[b'0123'])
        yield forged('a certificate with a byte behind it', certificates=[own.certificate + b'\0'])
        yield forged('a public key that is none', spki=b'0123')
        yield forged('no certificate', forge=emptied('certificates'))
        for what, edit in {'empty': lambda s: b'', 'cut': lambda s: s[:-1],
                           'longer': lambda s: s + b'\0', 'zeros': lambda s: bytes(len(s)),
                           'backwards': lambda s: s[::-1]}.items():
            yield forged(f'a signature that is {what}', edit_signature=edit)
    old, new = (rotated([lab.rsa, lab.ec])[place][0].key for place in ('v3', 'v31'))
    swapped = rotated([lab.rsa, lab.ec])
    swapped['v3'][0].certificates = [new.certificate]
    swapped['v31'][0].certificates = [old.certificate]
    yield specimen_of('v3.1', 'v3.1: its certificate and v3\'s changed places',
                      schemes.sign(lab.parts, **swapped))
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
    true = schemes.digests_of(lab.parts)
    for scheme in ('v2', 'v3', 'v3.1'):
        # Two algorithms of the key's kind, and what the other kind's number is.
        one, two, other = (0x0201, 0x0202, 0x0103) if scheme == 'v3.1' else (0x0103, 0x0104, 0x0201)

        def listed(name, algorithms, signed_by, is_forged=True, **changes):
            signers = signers_of(lab, scheme)
            signer = signers[place_of(scheme)][0]
            signer.algorithms, signer.signature_algorithms = algorithms, signed_by
            for attribute, value in changes.items():
                setattr(signer, attribute, value)
            return specimen_of(scheme, f'{scheme}: {name}', schemes.sign(lab.parts, **signers),
                               is_forged)

        yield listed('two algorithms (control)', [one, two], [one, two], is_forged=False)
        yield listed('a digest more than signatures', [one, two], [one])
        yield listed('a signature more than digests', [one], [one, two])
        yield listed('lists in another order', [two, one], [one, two])
        yield listed('lists of other algorithms', [two], [one])
        yield listed('no digest', [one], [one], forge=emptied('digests'))
        yield listed('no signature', [one], [one], forge=emptied('signatures'))
        for what, lie in {'another digest': bytes(32), 'a short digest': true[one][:31],
                          'a long digest': true[one] + b'\0', 'an empty digest': b''}.items():
            yield listed(what, [one], [one], digests={one: lie})
        yield listed('one good digest and one bad', [one, two], [one, two],
                     digests={one: true[one], two: bytes(64)})
        yield listed('unknown algorithms alone', [one], [one], forge=renumbered(0x0199))
        yield listed('another kind of key\'s number', [one], [one], forge=renumbered(other))


def renumbered(number):
    """Both lists say `number`, and nothing else changes but the signature over it."""
    def forge(tree):
        for path, node in tree.walk():
            if path.split('/')[-2:-1] in (['digests'], ['signatures']):
                node.parts[0] = u32(number)
    return forge


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
