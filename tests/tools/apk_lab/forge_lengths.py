"""0, 2^31 and 2^32-1 in each length field of each structure, one at a time; where a field has 16
bits, 0, 2^15 and 2^16-1. What is signed is signed again, so that no digest refuses it. (Those of an
.idsig file: forge_idsig.py.)"""
import dataclasses

from apk_lab import jar, schemes, zip_file
from apk_lab.axml import length_fields
from apk_lab.der import Der
from apk_lab.forge_jar import built, with_entry
from apk_lab.forge_schemes import place_of, signers_of, specimen_of
from apk_lab.forgery import LENGTHS, Specimen, control, small_entries
from apk_lab.manifest import manifest
from apk_lab.schemes import LINEAGE, V2, V3, V31, Signer, honest, lineage_nodes, rotated, u32
from apk_lab.zip_file import DEFLATED, Entry, ZipParts, pack

SHORT = {'0': 0, '2^15': 1 << 15, '2^16-1': (1 << 16) - 1}
SCHEMES = {'v2': V2, 'v3': V3, 'v3.1': V31}


def specimens(lab):
    yield from entry_lengths(lab)
    yield from end_lengths(lab)
    for scheme in SCHEMES:
        yield from scheme_lengths(lab, scheme)
    yield from lineage_lengths(lab)
    yield from block_lengths(lab)
    yield from manifest_lengths(lab)


def entry_lengths(lab):
    """The headers of a stored entry that the file pads, and of a deflated one. v1 is there too, and
    must be looked at: v2 and v3 sign the file's bytes, also where they do not decompress."""
    good = zip_file.build(v1_signed(small_entries(min_sdk=18), lab))
    yield control('control: v1, v2 and v3', schemes.sign(good, **honest(lab.rsa)))

    def forged(index, where, field, what, value):
        lie = {field: value}
        entries = v1_signed(small_entries(min_sdk=18), lab)
        entries[index] = dataclasses.replace(
            entries[index], local=lie if where != 'directory' else {},
            central=lie if where != 'local header' else {})
        parts = zip_file.build(entries)
        if parts.file() == good.file():
            return []  # it is 0 anyway
        return [Specimen(f'{entries[index].name.decode()}: {field} of {what} in {where}',
                         schemes.sign(parts, **honest(lab.rsa)))]

    for index in (1, 2):
        for where in ('local header', 'directory', 'both'):
            for field, values in {'packed_size': LENGTHS, 'size': LENGTHS, 'name_size': SHORT,
                                  'extra_size': SHORT}.items():
                for what, value in values.items():
                    yield from forged(index, where, field, what, value)
        for what, value in SHORT.items():
            yield from forged(index, 'directory', 'comment_size', what, value)
        for what, value in LENGTHS.items():
            yield from forged(index, 'directory', 'offset', what, value)


def v1_signed(entries, lab):
    return jar.sign(entries, lab.rsa, [2, 3])


def end_lengths(lab):
    good = lab.parts
    count = len(small_entries())
    honest_end = {'disk_entries': count, 'entries': count, 'directory_size': len(good.directory)}
    for fields, values in {('directory_size',): LENGTHS, ('comment_size',): SHORT,
                           ('entries',): SHORT, ('disk_entries',): SHORT,
                           ('entries', 'disk_entries'): SHORT}.items():
        for what, value in values.items():
            end = pack(zip_file.END, {**honest_end, 'directory_offset': len(good.entries),
                                      **dict.fromkeys(fields, value)})
            if end != good.end:
                parts = ZipParts(good.entries, good.directory, end)
                yield Specimen(f'end record: {" and ".join(fields)} of {what}',
                               schemes.sign(parts, **honest(lab.rsa)))
    apk = lab.signed()
    at = zip_file.find_end(apk) + zip_file.DIRECTORY_OFFSET_FIELD
    for what, value in LENGTHS.items():  # what is signed there is another number
        yield Specimen(f'end record: directory_offset of {what}',
                       apk[:at] + u32(value) + apk[at + 4:])


def scheme_lengths(lab, scheme):
    seen = []

    def signed(forge):
        signers = signers_of(lab, scheme)
        signers[place_of(scheme)][0].forge = forge
        return schemes.sign(lab.parts, **signers)

    signed(lambda tree: seen.extend(path for path, _ in tree.walk()))
    for path in dict.fromkeys(seen):
        for what, length in LENGTHS.items():
            changes = []

            def forge(tree):
                node = tree.find(path)
                if node is not None and node.length is None:
                    before = tree.encode()
                    node.length = length
                    changes.append(tree.encode() != before)

            apk = signed(forge)
            if any(changes):
                yield specimen_of(scheme, f'{scheme}: length of {path} is {what}', apk)
    for what, length in LENGTHS.items():
        def whole(of, tree):
            if of == SCHEMES[scheme]:
                tree.length = length

        yield specimen_of(scheme, f'{scheme}: length of the list of signers is {what}',
                          schemes.sign(lab.parts, **signers_of(lab, scheme), forge=whole))


def lineage_lengths(lab):
    keys = [lab.rsa, lab.ec]
    for i, path in ((i, path) for i, tree in enumerate(lineage_trees(keys))
                    for path, _ in tree.walk()):
        for what, length in LENGTHS.items():
            def forge(place, tree):
                if place == i and tree.find(path) is not None:
                    tree.find(path).length = length

            trees = lineage_trees(keys, forge)
            if trees[i].encode() == lineage_trees(keys)[i].encode():
                continue  # it is 0 anyway
            value = u32(1) + b''.join(tree.encode() for tree in trees)
            name = f'length of {path} is {what}'
            yield Specimen(f'lineage in v3: {name}', schemes.sign(lab.parts, **honest(
                lab.rsa, v3=[Signer(lab.ec, attributes=[(LINEAGE, value)])])))
            signers = rotated(keys)
            signers['v31'][0].attributes = [(LINEAGE, value)]
            yield specimen_of('v3.1', f'lineage in v3.1: {name}',
                              schemes.sign(lab.parts, **signers))


def lineage_trees(keys, forge=lambda place, tree: None):
    """A lineage's nodes; `forge` may change each, and what is signed is signed after that."""
    nodes = lineage_nodes(keys)
    for i, tree in enumerate(schemes.lineage_tree(nodes)):
        forge(i, tree)
        data = tree.find(f'node {i}/signed data')
        if i > 0:
            nodes[i][4] = keys[i - 1].sign(nodes[i][1], data.content())
    trees = schemes.lineage_tree(nodes)
    for i, tree in enumerate(trees):
        forge(i, tree)
    return trees


def block_lengths(lab):
    """Each length in the DER of v1's PKCS#7 block; those around it fit."""
    entries = jar.sign(small_entries(min_sdk=18), lab.rsa)
    block = entries[-1]
    good = Der.parse(block.content)
    assert good.encode() == block.content
    for path, node in good.walk():
        for what, length in LENGTHS.items():
            forged = good.encode({path: length})
            if forged != block.content:
                yield Specimen(f'v1: PKCS#7: length of {path} (tag {node.tag:#x}) is {what}',
                               built(with_entry(entries, block.name, content=forged)))


def manifest_lengths(lab):
    good = manifest(24, 29)
    for name, at, width, honest_values in length_fields(good):
        for what, value in (LENGTHS if width == 4 else SHORT).items():
            forged = good[:at] + value.to_bytes(width, 'little') + good[at + width:]
            if forged != good and value not in honest_values:
                entries = [Entry(b'AndroidManifest.xml', forged, DEFLATED)] + small_entries()[1:]
                yield Specimen(f'manifest: {name} is {what}',
                               schemes.sign(zip_file.build(entries), **honest(lab.rsa)))
