"""ZIP files in which every field can be chosen, also wrongly."""
import dataclasses
import struct
import zlib

STORED, DEFLATED = 0, 8
DATE_1980 = 0x21  # 1980-01-01, as Android's packagers write it
ALIGNMENT_FIELD = 0xD935
DESCRIPTOR_FLAG = 0x8

LOCAL = (('signature', 'I'), ('version', 'H'), ('flags', 'H'), ('method', 'H'), ('time', 'H'),
         ('date', 'H'), ('crc', 'I'), ('packed_size', 'I'), ('size', 'I'), ('name_size', 'H'),
         ('extra_size', 'H'))
CENTRAL = (('signature', 'I'), ('made_by', 'H'), ('version', 'H'), ('flags', 'H'), ('method', 'H'),
           ('time', 'H'), ('date', 'H'), ('crc', 'I'), ('packed_size', 'I'), ('size', 'I'),
           ('name_size', 'H'), ('extra_size', 'H'), ('comment_size', 'H'), ('disk', 'H'),
           ('internal', 'H'), ('external', 'I'), ('offset', 'I'))
END = (('signature', 'I'), ('disk', 'H'), ('directory_disk', 'H'), ('disk_entries', 'H'),
       ('entries', 'H'), ('directory_size', 'I'), ('directory_offset', 'I'), ('comment_size', 'H'))
SIGNATURES = {LOCAL: 0x04034B50, CENTRAL: 0x02014B50, END: 0x06054B50}
DIRECTORY_OFFSET_FIELD = 16  # of the end record


def pack(form, values):
    """A record of the form; what `values` does not name is 0."""
    layout = '<' + ''.join(code for _, code in form)
    values = {'signature': SIGNATURES[form], **values}
    return struct.pack(layout, *(values.get(name, 0) for name, _ in form))


@dataclasses.dataclass
class Entry:
    """One entry. `local` and `central` overrule single fields of its two headers; `name` is what
    both say unless `local_name` is given."""
    name: bytes
    content: bytes = b''
    method: int = STORED
    alignment: int = 1
    descriptor: bool = False
    extra: bytes = b''
    local_name: bytes = None
    packed: bytes = None  # the bytes in the file, where they are not the packed content
    local: dict = dataclasses.field(default_factory=dict)
    central: dict = dataclasses.field(default_factory=dict)

    def packed_bytes(self):
        if self.packed is not None:
            return self.packed
        if self.method == STORED:
            return self.content
        packer = zlib.compressobj(6, zlib.DEFLATED, -15)
        return packer.compress(self.content) + packer.flush()


def header_fields(entry, packed_size, crc, size):
    """What both headers of an honest entry say."""
    flags = DESCRIPTOR_FLAG if entry.descriptor else 0
    return {'version': 20, 'made_by': 20, 'flags': flags, 'method': entry.method,
            'date': DATE_1980, 'crc': crc, 'packed_size': packed_size, 'size': size,
            'name_size': len(entry.name)}


def local_header(entry, fields, offset):
    """The local header with name and extra field, the latter such that the data is aligned."""
    name = entry.name if entry.local_name is None else entry.local_name
    start = offset + 30 + len(name) + len(entry.extra)
    extra = entry.extra
    if entry.alignment > 1 and start % entry.alignment != 0:
        zeros = -(start + 6) % entry.alignment
        extra += struct.pack('<HHH', ALIGNMENT_FIELD, 2 + zeros, entry.alignment) + bytes(zeros)
    local = {**fields, 'name_size': len(name), 'extra_size': len(extra)}
    if entry.descriptor:
        local.update(crc=0, packed_size=0, size=0)
    return pack(LOCAL, {**local, **entry.local}) + name + extra


def central_header(entry, fields, offset):
    return pack(CENTRAL, {**fields, 'offset': offset, **entry.central}) + entry.name


def end_record(count, directory_size, directory_offset, comment=b''):
    return pack(END, {'disk_entries': count, 'entries': count, 'directory_size': directory_size,
                      'directory_offset': directory_offset, 'comment_size': len(comment)}) + comment


@dataclasses.dataclass
class ZipParts:
    """A ZIP in the three parts that an APK signature covers."""
    entries: bytes
    directory: bytes
    end: bytes

    def file(self):
        return self.entries + self.directory + self.end


def write_entry(entry, offset):
    """(bytes in the file, bytes in the directory) of an entry whose local header is at `offset`."""
    packed = entry.packed_bytes()
    crc = zlib.crc32(entry.content)
    fields = header_fields(entry, len(packed), crc, len(entry.content))
    body = local_header(entry, fields, offset) + packed
    if entry.descriptor:
        body += struct.pack('<IIII', 0x08074B50, crc, len(packed), len(entry.content))
    return body, central_header(entry, fields, offset)


def build(entries, comment=b''):
    """The ZIP of these entries, in this order in the file and in the directory."""
    body, directory = bytearray(), bytearray()
    for entry in entries:
        in_file, in_directory = write_entry(entry, len(body))
        body += in_file
        directory += in_directory
    return ZipParts(bytes(body), bytes(directory),
                    end_record(len(entries), len(directory), len(body), comment))


def find_end(file_bytes):
    """Offset of the end record of a ZIP without a comment, or with an honest one."""
    at = file_bytes.rfind(b'PK\5\6')
    assert at >= 0
    return at


def directory_of(file_bytes):
    """(offset, size) of the central directory."""
    return struct.unpack_from('<II', file_bytes, find_end(file_bytes) + 12)[::-1]
