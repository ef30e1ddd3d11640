"""v4 signature files (.idsig) that lie, beside an APK whose v2 and v3 are right."""
from apk_lab import schemes
from apk_lab.forgery import LENGTHS, Specimen, control
from apk_lab.schemes import Idsig


def specimens(lab):
    apk = lab.signed()
    digest = schemes.digests_of(lab.parts)[lab.rsa.algorithm]

    def idsig(key=lab.rsa, **changes):
        return Idsig(apk, key, **{'apk_digest': digest, **changes})

    good = idsig().encode()
    tree = b''.join(reversed(schemes.merkle_levels(apk)))
    yield control('control: v4', apk, idsig=good)
    # The signature covers the root; whoever needs the tree can make it. apksigner 31 wants it.
    yield control('control: v4 without the tree', apk, idsig=idsig(tree=b'').encode(),
                  known_to_apksigner=False)
    for name, forged in {
            'another root': idsig(root=bytes(32)),
            'a short root': idsig(root=bytes(31)),
            'another tree': idsig(tree=bytes([tree[0] ^ 1]) + tree[1:]),
            'a short tree': idsig(tree=tree[:-100]),
            'a long tree': idsig(tree=tree + bytes(4096)),
            'another APK digest': idsig(apk_digest=bytes(32)),
            'no APK digest': idsig(apk_digest=b''),
            'another APK size': idsig(apk_size=len(apk) + 1),
            'a salt that the tree is without': idsig(salt=bytes(8)),
            'an unknown version': idsig(version=3),
            'an unknown hash': idsig(hash_algorithm=2),
            'another block size': idsig(log2_block_size=13),
            'signed by a stranger': idsig(lab.other),
            'a stranger\'s certificate': idsig(certificate=lab.other.certificate),
            'a stranger\'s public key': idsig(spki=lab.other.spki),
            'the app\'s certificate, a stranger\'s signature': idsig(
                lab.other, certificate=lab.rsa.certificate, spki=lab.rsa.spki),
            'bytes at the end': idsig(tail=bytes(8)),
    }.items():
        yield Specimen(f'v4: {name}', apk, idsig=forged.encode())
    other = schemes.sign(lab.parts, **schemes.honest(lab.other))
    yield Specimen('v4: of another APK', other, idsig=good)
    yield Specimen('v4: an empty file', apk, idsig=b'')
    for size in (1, 4096, len(good) // 2, len(good) - 3):
        yield Specimen(f'v4: the last {size} bytes cut off', apk, idsig=good[:-size])
    yield from lengths(apk, idsig)
    yield from flips(apk, good)


def lengths(apk, idsig):
    paths = []

    def collect(tree):
        paths.extend(path for path, _ in tree.walk())

    good = idsig(forge=collect).encode()
    for path in dict.fromkeys(paths):
        for what, length in LENGTHS.items():
            def forge(tree):
                if tree.find(path) is not None:
                    tree.find(path).length = length
            forged = idsig(forge=forge).encode()
            if forged != good:
                yield Specimen(f'v4: length of {path} is {what}', apk, idsig=forged)


def flips(apk, good):
    """One bit in each of a number of places all over the file."""
    for at in [*range(0, 60, 4), *range(60, len(good), max(1, len(good) // 40))]:
        forged = good[:at] + bytes([good[at] ^ 0x10]) + good[at + 1:]
        yield Specimen(f'v4: a flipped bit at byte {at}', apk, idsig=forged)
