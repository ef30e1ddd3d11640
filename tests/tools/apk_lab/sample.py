"""Test APKs: entries like a real app's, the same for the same arguments. Small ones are made in
memory; write_large() writes files of any size in little memory."""
import dataclasses
import zlib

from apk_lab import content, zip_file
from apk_lab.manifest import PACKAGE, manifest
from apk_lab.zip_file import DEFLATED, Entry

HOLE_SPACING = 64 << 20
LARGEST_HOLE = 512 << 20


@dataclasses.dataclass(frozen=True)
class Shape:
    """What a test APK is like."""
    seed: int = 1
    size: int = 100_000          # about, of all contents together
    entries: int = 12            # besides the manifest
    deflated: float = 0.5        # the part of the entries that is deflated, and compressible
    libraries: int = 2           # of the entries: lib/**.so, stored at multiples of 16384
    descriptors: bool = False    # deflated entries with data descriptors, as `jar` writes them
    min_sdk: int = 24
    target_sdk: int = 29
    version_code: int = 1
    package: str = PACKAGE
    manifest_more: str = ''      # further attributes of <manifest>
    application: str = ''        # and of <application>


def entries(shape):
    """The entries of an APK of this shape, one after another."""
    yield Entry(b'AndroidManifest.xml', manifest(
        shape.min_sdk, shape.target_sdk, shape.version_code, shape.package, shape.manifest_more,
        shape.application),
        DEFLATED)
    share = shape.size // max(shape.entries, 1)
    deflated = int(shape.entries * shape.deflated)
    for i in range(shape.entries):
        seed = f'{shape.seed} {i}'
        if i < shape.libraries:
            yield Entry(b'lib/arm64-v8a/libtest%d.so' % i, content.noise(seed, share),
                        alignment=16384)
        elif i < shape.libraries + deflated:
            name = b'classes.dex' if i == shape.libraries else b'res/layout/page%05d.xml' % i
            yield Entry(name, content.text(seed, share), DEFLATED, descriptor=shape.descriptors)
        else:
            yield Entry(b'assets/data%05d.bin' % i, content.noise(seed, share), alignment=4)


def parts(shape=Shape()):
    return zip_file.build(list(entries(shape)))


def write(path, shape):
    """The APK as a file. No more than one entry is in memory at a time."""
    with open(path, 'wb') as file:
        directory, count = _write_entries(file, shape)
        file.write(directory + zip_file.end_record(count, len(directory), file.tell()))


def write_large(path, size, shape=Shape()):
    """An APK of exactly `size` bytes: the shape's entries, and stored ones of at most 512 MiB that
    are mostly holes in the file, with noise in between."""
    with open(path, 'wb') as file:
        directory, count = _write_entries(file, shape)
        last = False
        while not last:
            entry = Entry(b'assets/large%03d.bin' % count, alignment=4)
            space = size - file.tell() - len(directory) - 22 - 46 - len(entry.name)
            last = space <= LARGEST_HOLE
            directory += _write_hole(file, entry, min(space, LARGEST_HOLE))
            count += 1
        file.write(directory + zip_file.end_record(count, len(directory), file.tell()))
        assert file.tell() == size, (file.tell(), size)


def _write_entries(file, shape):
    """The central directory that goes with them, and how many they are."""
    directory = bytearray()
    count = 0
    for entry in entries(shape):
        body, header = zip_file.write_entry(entry, file.tell())
        file.write(body)
        directory += header
        count += 1
    return directory, count


def _write_hole(file, entry, space):
    """Writes the entry, its local header and data in `space` bytes; returns its directory header."""
    start = file.tell()
    probe = zip_file.local_header(entry, zip_file.header_fields(entry, 0, 0, 0), start)
    size = space - len(probe)
    crc = 0
    file.seek(start + len(probe))
    for at in range(0, size, HOLE_SPACING):
        block = content.noise(f'hole {start} {at}', min(4096, size - at))
        length = min(HOLE_SPACING, size - at)
        crc = _crc_of_zeros(zlib.crc32(block, crc), length - len(block))
        file.write(block)
        file.seek(length - len(block), 1)
    file.truncate(start + len(probe) + size)
    fields = zip_file.header_fields(entry, size, crc, size)
    file.seek(start)
    file.write(zip_file.local_header(entry, fields, start))
    file.seek(start + space)
    return zip_file.central_header(entry, fields, start)


def _crc_of_zeros(crc, count):
    zeros = bytes(content.BLOCK)
    for at in range(0, count, len(zeros)):
        crc = zlib.crc32(zeros[:count - at], crc)
    return crc
