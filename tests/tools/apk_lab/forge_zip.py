"""ZIP structures that readers could see in two ways. All of them are signed, with v2 and v3, by the
key that the app is known by: it is the structure that has to be refused."""
import dataclasses
import struct

from apk_lab import schemes, zip_file
from apk_lab.forgery import Specimen, control, small_entries
from apk_lab.manifest import manifest
from apk_lab.zip_file import DEFLATED, DESCRIPTOR_FLAG, STORED, Entry, ZipParts, pack

# Where each field of a local header differs from the directory's: what it says instead.
LOCAL_LIES = {'signature': 0x04034B51, 'version': 21, 'flags': 0x0800, 'method': STORED,
              'time': 1, 'date': 0x22, 'crc': 1, 'packed_size': 5, 'size': 5, 'name_size': 10,
              'extra_size': 1}
# Fields of the directory's record alone, or of both headers, that no APK may have.
BOTH_LIE = {'encrypted': {'flags': 1}, 'an unknown flag': {'flags': 0x8000},
            'strong encryption': {'flags': 0x40}, 'an unknown method': {'method': 12},
            'zip64 sizes': {'packed_size': 0xFFFFFFFF, 'size': 0xFFFFFFFF}}
CENTRAL_LIES = {'another disk': {'disk': 1}, 'a zip64 offset': {'offset': 0xFFFFFFFF},
                'an offset beyond the file': {'offset': 0x7FFFFFFF},
                'a signature of nothing': {'signature': 0x02014B51},
                'a name that is too long': {'name_size': 0xFFFF},
                'no name': {'name_size': 0}, 'an extra field beyond the end': {'extra_size': 0xFFFF},
                'a comment beyond the end': {'comment_size': 0xFFFF}}
BAD_NAMES = {b'../escaped': 'that leaves the folder', b'a/../../b': 'with .. inside',
             b'/absolute': 'that is absolute', b'a//b': 'with an empty part', b'./a': 'with a dot',
             b'a\0b': 'with a NUL', b'a\nb': 'with a line end', b'': 'that is empty'}


def specimens(lab):
    def signed(parts):
        return schemes.sign(parts, **schemes.honest(lab.rsa))

    yield control('control: small APK', signed(lab.parts))
    yield control('control: data descriptors', signed(zip_file.build(with_descriptor())))
    yield from (Specimen(name, signed(zip_file.build(entries)))
                for name, entries in header_lies())
    yield from (Specimen(name, signed(zip_file.build(entries))) for name, entries in bad_entries())
    yield from (Specimen(name, signed(parts)) for name, parts in bad_layouts(lab))
    yield from (Specimen(name, signed(parts)) for name, parts in bad_ends(lab))
    yield from around_the_end(lab, signed(lab.parts))
    yield Specimen('zip64: end record and locator', zip64(lab))


def with_descriptor():
    entries = small_entries()
    entries[2].descriptor = True
    return entries


def changed(index=2, **changes):
    entries = small_entries()
    entries[index] = dataclasses.replace(entries[index], **changes)
    return entries


def header_lies():
    for field, value in LOCAL_LIES.items():
        yield f'local header differs in {field}', changed(local={field: value})
    name = small_entries()[2].name
    yield 'local header differs in the name', changed(local_name=name[:-1] + b'X')
    yield 'local header says there is a descriptor', changed(local={'flags': DESCRIPTOR_FLAG})
    yield 'directory says there is a descriptor', changed(central={'flags': DESCRIPTOR_FLAG})
    for field in ('crc', 'packed_size', 'size'):
        yield f'descriptor differs in {field}', changed(descriptor=True, central={field: 7})
    for what, fields in BOTH_LIE.items():
        yield f'entry with {what}', changed(local=fields, central=fields)
    for what, fields in CENTRAL_LIES.items():
        yield f'directory record with {what}', changed(central=fields)


def bad_entries():
    for name, what in BAD_NAMES.items():
        yield f'a name {what}', small_entries() + [Entry(name, b'x')]
    for twice in (b'classes.dex', b'AndroidManifest.xml', b'assets/data00003.bin'):
        yield f'two entries {twice.decode()}', small_entries() + [Entry(twice, b'dex\n035\0')]
    yield 'stored, with two sizes', changed(method=STORED, packed=b'12345')
    other = Entry(b'AndroidManifest.xml', manifest(24, 29), DEFLATED)
    for what, changes in {'does not inflate': {'packed': b'\xff' * 50},
                          'has another CRC': {'local': {'crc': 1}, 'central': {'crc': 1}},
                          'is longer than it says': {'local': {'size': 9}, 'central': {'size': 9}}
                          }.items():
        yield f'a manifest that {what}', [dataclasses.replace(other, **changes)] + small_entries()[1:]
    yield 'no manifest', small_entries()[1:]
    yield 'a manifest that is not one', [Entry(b'AndroidManifest.xml', b'<manifest/>')] + \
        small_entries()[1:]


def bad_layouts(lab):
    """Entries that share bytes, and bytes that no entry owns."""
    good = lab.parts
    yield 'an entry inside another', inner_entry()
    bodies = [zip_file.write_entry(entry, 0)[0] for entry in small_entries()]
    alias = Entry(b'classes2.dex', small_entries()[2].content, DEFLATED)
    record = zip_file.write_entry(alias, 0)[1]
    record = record[:42] + good.directory[42:46] + record[46:]
    yield 'two names for one local header', with_directory(good, good.directory + record, 5)
    yield 'a last entry that reaches into the signing block', zip_file.build(
        changed(4, local={'packed_size': 9000, 'size': 9000},
                central={'packed_size': 9000, 'size': 9000}))
    dex = b'dex\n035\0' + bytes(104)
    yield 'Janus: a dex file before the ZIP', shifted(good, dex)
    yield 'an entry before the first that the directory does not name', shifted(good, bodies[1])
    nameless, _ = zip_file.write_entry(Entry(b'', bytes(40)), 0)
    yield 'an entry without a name, then one that the directory does not name', shifted(
        good, nameless + bodies[1])
    yield 'data between the last entry and the signing block', ZipParts(
        good.entries + b'hidden', good.directory,
        good.end[:16] + struct.pack('<I', len(good.entries) + 6) + good.end[20:])
    yield 'an entry without a directory record', ZipParts(
        good.entries + bodies[1], good.directory,
        good.end[:16] + struct.pack('<I', len(good.entries) + len(bodies[1])) + good.end[20:])


def inner_entry():
    """A stored entry whose content is a whole entry, which the directory names too."""
    inner = Entry(b'assets/inner', b'two readings')
    body, _ = zip_file.write_entry(inner, 0)
    entries = small_entries() + [Entry(b'assets/outer', body)]
    parts = zip_file.build(entries)
    at = parts.entries.rindex(body)
    record = zip_file.write_entry(inner, at)[1]
    return with_directory(parts, parts.directory + record, len(entries) + 1)


def with_directory(parts, directory, count):
    return ZipParts(parts.entries, directory,
                    zip_file.end_record(count, len(directory), len(parts.entries)))


def shifted(parts, prefix):
    """The same ZIP behind `prefix`, with every offset right."""
    entries = []
    directory = bytearray(parts.directory)
    at = 0
    while at < len(directory):
        name, extra, comment = struct.unpack_from('<HHH', directory, at + 28)
        offset, = struct.unpack_from('<I', directory, at + 42)
        struct.pack_into('<I', directory, at + 42, offset + len(prefix))
        entries.append(offset)
        at += 46 + name + extra + comment
    return ZipParts(prefix + parts.entries, bytes(directory),
                    zip_file.end_record(len(entries), len(directory),
                                        len(prefix) + len(parts.entries)))


def bad_ends(lab):
    """End records that say something else than what is there."""
    good = lab.parts
    count = good.end[8] + 256 * good.end[9]
    size = len(good.directory)
    for what, fields in {'one entry more': {'entries': count + 1, 'disk_entries': count + 1},
                         'one entry less': {'entries': count - 1, 'disk_entries': count - 1},
                         'two counts of entries': {'disk_entries': count - 1},
                         'another disk': {'disk': 1}, 'a directory elsewhere': {'directory_disk': 1},
                         'a smaller directory': {'directory_size': size - 1},
                         'a larger directory': {'directory_size': size + 1},
                         'no directory': {'directory_size': 0},
                         'a zip64 directory size': {'directory_size': 0xFFFFFFFF}}.items():
        honest = {'disk_entries': count, 'entries': count, 'directory_size': size,
                  'directory_offset': len(good.entries)}
        end = pack(zip_file.END, {**honest, **fields})
        yield f'end record with {what}', ZipParts(good.entries, good.directory, end)
    comment = zip_file.end_record(count, size, len(good.entries))
    yield 'an end record in the comment', ZipParts(
        good.entries, good.directory,
        zip_file.end_record(count, size, len(good.entries), comment))
    yield 'an end record at the comment\'s start and more', ZipParts(
        good.entries, good.directory,
        zip_file.end_record(count, size, len(good.entries), comment + b'more'))
    yield 'a directory with a byte behind its records', ZipParts(
        good.entries, good.directory + b'\0',
        zip_file.end_record(count, size + 1, len(good.entries)))


def around_the_end(lab, apk):
    """Bytes that were put into a signed file, which no signature covers or every one does."""
    end = zip_file.find_end(apk)
    for size in (1, 4, 22):
        yield Specimen(f'{size} bytes between directory and end record',
                       apk[:end] + bytes(size) + apk[end:])
        yield Specimen(f'{size} bytes behind the end record', apk + bytes(size))
    comment = apk[:-2] + b'\4\0' + b'note'
    yield Specimen('a comment that was added', comment)
    yield Specimen('a comment that is shorter than it says', apk[:-2] + b'\4\0' + b'no')
    for size in (1, 22, len(lab.parts.directory) + 30, len(apk) // 2, len(apk) - 10):
        yield Specimen(f'the last {size} bytes cut off', apk[:-size])
    yield Specimen('an empty file', b'')
    yield Specimen('the end record alone', apk[-22:])


def zip64(lab):
    """What a packager writes when it needs zip64: record and locator before the end record."""
    good = lab.parts
    count = good.end[8] + 256 * good.end[9]
    where = len(good.entries) + len(good.directory)
    record = struct.pack('<IQHHIIQQQQ', 0x06064B50, 44, 45, 45, 0, 0, count, count,
                         len(good.directory), len(good.entries))
    locator = struct.pack('<IIQI', 0x07064B50, 0, where, 1)
    end = pack(zip_file.END, {'disk_entries': 0xFFFF, 'entries': 0xFFFF,
                              'directory_size': 0xFFFFFFFF, 'directory_offset': 0xFFFFFFFF})
    return good.entries + good.directory + record + locator + end
