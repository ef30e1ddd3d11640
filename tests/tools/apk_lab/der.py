"""DER as a tree whose length fields can be made to lie."""
import dataclasses

CONSTRUCTED = 0x20


@dataclasses.dataclass
class Der:
    tag: int
    content: bytes = b''      # of a primitive one
    parts: list = dataclasses.field(default_factory=list)

    @staticmethod
    def parse(data):
        node, rest = Der._take(data)
        assert not rest
        return node

    @staticmethod
    def _take(data):
        tag, size, at = data[0], data[1], 2
        if size & 0x80:
            at += size & 0x7F
            size = int.from_bytes(data[2:at], 'big')
        content, rest = data[at:at + size], data[at + size:]
        if not tag & CONSTRUCTED:
            return Der(tag, content), rest
        parts = []
        while content:
            part, content = Der._take(content)
            parts.append(part)
        return Der(tag, parts=parts), rest

    def walk(self, path='0'):
        """(path, node) of this node and all below."""
        yield path, self
        for i, part in enumerate(self.parts):
            yield from part.walk(f'{path}.{i}')

    def encode(self, lengths=None, path='0'):
        """`lengths`: path: what the length field there says; all others are right."""
        lengths = lengths or {}
        content = self.content + b''.join(part.encode(lengths, f'{path}.{i}')
                                          for i, part in enumerate(self.parts))
        return bytes([self.tag]) + length_bytes(lengths.get(path, len(content))) + content


def length_bytes(length):
    if length < 0x80:
        return bytes([length])
    size = (length.bit_length() + 7) // 8
    return bytes([0x80 | size]) + length.to_bytes(size, 'big')
