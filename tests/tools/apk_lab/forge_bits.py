"""Flipped bits, in places that have a name and in places that a seed chooses. Every byte of a signed
APK is covered by the signatures or by the rules of the format, but for the block's own padding."""
import random
import struct

from apk_lab import jar, schemes, zip_file
from apk_lab.forgery import Specimen, control, small_entries

RANDOM_FLIPS = 400


def specimens(lab):
    parts = zip_file.build(jar.sign(small_entries(min_sdk=18), lab.rsa, [2, 3]))
    rotated = schemes.rotated([lab.rsa, lab.ec])
    for name, apk, known in (
            ('v1+v2+v3', schemes.sign(parts, **schemes.honest(lab.rsa)), True),
            ('v2+v3+v3.1', schemes.sign(lab.parts, **rotated), False)):
        yield control(f'control: {name}', apk, known_to_apksigner=known)
        for place, at in places(apk):
            yield flipped(f'{name}: a flipped bit in {place}', apk, at, 0, known)
        source = random.Random(f'flips {name}')
        covered = covered_bytes(apk)
        for _ in range(RANDOM_FLIPS):
            at, bit = source.choice(covered), source.randrange(8)
            yield flipped(f'{name}: bit {bit} of byte {at} flipped', apk, at, bit, known)


def flipped(name, apk, at, bit, known):
    return Specimen(name, apk[:at] + bytes([apk[at] ^ 1 << bit]) + apk[at + 1:],
                    known_to_apksigner=known)


def block_of(apk):
    """(offset, end) of the signing block."""
    end, _ = zip_file.directory_of(apk)
    size, = struct.unpack_from('<Q', apk, end - 24)
    return end - size - 8, end


def pairs_of(apk):
    """(id, offset of the length, end) of each pair."""
    at, end = block_of(apk)
    at += 8
    while at < end - 24:
        length, number = struct.unpack_from('<QI', apk, at)
        yield number, at, at + 8 + length
        at += 8 + length


def covered_bytes(apk):
    covered = [True] * len(apk)
    for number, begin, end in pairs_of(apk):
        if number == schemes.PADDING:
            # Its id too: with another, it is a pair that nobody knows.
            covered[begin + 8:end] = [False] * (end - begin - 8)
    return [at for at, is_covered in enumerate(covered) if is_covered]


def places(apk):
    """(name, offset) of a byte in each part of the file."""
    block, end = block_of(apk)
    directory, size = zip_file.directory_of(apk)
    yield from headers(apk, directory, size)
    yield 'the zeros before the signing block', block - 1
    yield 'the first size of the signing block', block
    yield 'the second size of the signing block', end - 24
    yield 'the magic', end - 1
    for number, begin, pair_end in pairs_of(apk):
        yield f'the length of pair {number:#x}', begin
        if number == schemes.PADDING:
            continue
        yield f'the id of pair {number:#x}', begin + 8
        step = max(1, (pair_end - begin) // 40)
        for at in range(begin + 12, pair_end, step):
            yield f'pair {number:#x}, byte {at - begin}', at
    record = directory + size
    for name, offset in fields_of(zip_file.END):
        yield f'the end record: {name}', record + offset


def headers(apk, directory, size):
    """Each field of each entry's two headers, and its data."""
    at, index = directory, 0
    while at < directory + size:
        packed, = struct.unpack_from('<I', apk, at + 20)
        lengths = struct.unpack_from('<HHH', apk, at + 28)
        local, = struct.unpack_from('<I', apk, at + 42)
        name = apk[at + 46:at + 46 + lengths[0]].decode()
        if index < 3:  # the same structure again and again
            for field, offset in fields_of(zip_file.CENTRAL):
                yield f'{name}: directory, {field}', at + offset
            for field, offset in fields_of(zip_file.LOCAL):
                yield f'{name}: local header, {field}', local + offset
        local_name, local_extra = struct.unpack_from('<HH', apk, local + 26)
        data = local + 30 + local_name + local_extra
        yield f'{name}: name in the directory', at + 46
        yield f'{name}: name in the local header', local + 30
        for where, offset in {'first': 0, 'last': packed - 1}.items():
            yield f'{name}: {where} byte of the data', data + offset
        at += 46 + sum(lengths)
        index += 1


def fields_of(form):
    at = 0
    for name, code in form:
        yield name, at
        at += struct.calcsize('<' + code)
