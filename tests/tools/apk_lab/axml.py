"""Where a binary manifest has its sizes and offsets, and which values would be no lie."""
import struct

STRING_POOL, ELEMENT = 0x0001, 0x0102
LONG_FORM = 1 << 15  # of a string's length: the lower 16 bits are what follows


def length_fields(document):
    """(name, offset, width, values that are no lie) of each, in the order of the file."""
    yield from chunk_fields('document', 0)
    _, at, _ = struct.unpack_from('<HHI', document)
    while at < len(document):
        kind, header, size = struct.unpack_from('<HHI', document, at)
        name = f'chunk {kind:#x} at {at}'
        yield from chunk_fields(name, at)
        if kind == STRING_POOL:
            yield from string_fields(document, name, at, header)
        if kind == ELEMENT:
            yield f'{name}: start of the attributes', at + header + 8, 2, ()
            yield f'{name}: size of an attribute', at + header + 10, 2, ()
            yield f'{name}: count of attributes', at + header + 12, 2, (0,)
        at += size


def chunk_fields(name, at):
    yield f'{name}: size of the header', at + 2, 2, ()
    yield f'{name}: size', at + 4, 4, ()


def string_fields(document, name, at, header):
    count, start = struct.unpack_from('<I8xI', document, at + 8)
    yield f'{name}: count of strings', at + 8, 4, ()
    yield f'{name}: start of the strings', at + 20, 4, ()
    for i in range(count):
        yield f'{name}: offset of string {i}', at + header + 4 * i, 4, (0,)  # the first string
        offset, = struct.unpack_from('<I', document, at + header + 4 * i)
        yield f'{name}: length of string {i}', at + start + offset, 2, (LONG_FORM,)
