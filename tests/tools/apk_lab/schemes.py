"""APK Signature Schemes v2, v3, v3.1 and v4, written from their specification, as a signer that can
also lie: each structure is a tree whose lengths and parts can be changed before they are signed.

https://source.android.com/docs/security/features/apksigning/v2 (v3, v4)
"""
import dataclasses
import hashlib
import struct

from apk_lab.zip_file import DIRECTORY_OFFSET_FIELD

V2, V3, V31, PADDING = 0x7109871A, 0xF05368C0, 0x1B93AD61, 0x42726577
STRIP_PROTECTION = 0xBEEFF00D  # v2: u32 3, "there is a v3 signature"
ROTATION_MIN_SDK = 0x559F8B02  # v3: u32, "from this API level on there is v3.1"
LINEAGE = 0x3BA06F8C
MAGIC = b'APK Sig Block 42'
BLOCK_ALIGNMENT = 4096
CHUNK = 1 << 20
LINEAGE_FILE_MAGIC = 0x3EFF39D1
ALL_BUT_ROLLBACK = 1 | 2 | 4 | 16
SHA512 = {0x0102, 0x0104, 0x0202}


def u32(number):
    return struct.pack('<I', number)


def u64(number):
    return struct.pack('<Q', number)


class Sized:
    """Bytes behind a u32 length. `length`, when it is set, is what the length field says."""

    def __init__(self, name, *parts):
        self.name = name
        self.parts = list(parts)
        self.length = None

    def encode(self):
        content = self.content()
        return u32(len(content) if self.length is None else self.length) + content

    def content(self):
        return b''.join(part if isinstance(part, bytes) else part.encode() for part in self.parts)

    def walk(self, path=''):
        """(path, node) of this node and all below."""
        path = f'{path}/{self.name}' if path else self.name
        yield path, self
        for part in self.parts:
            if isinstance(part, Sized):
                yield from part.walk(path)

    def find(self, path):
        return dict(self.walk()).get(path)


@dataclasses.dataclass
class Signer:
    """What a signer of v2 or v3 says. None: what an honest one would."""
    key: object
    algorithms: list = None             # of the digests
    signature_algorithms: list = None   # of the signatures
    certificates: list = None           # DER
    attributes: list = dataclasses.field(default_factory=list)  # (id, bytes)
    min_sdk: int = 24
    max_sdk: int = 0x7FFFFFFF
    outer_min_sdk: int = None
    outer_max_sdk: int = None
    spki: bytes = None
    digests: dict = None                # algorithm: what the signer says the content digest is
    tail: bytes = b''                   # at the end of the signed data
    edit_signature: object = None       # bytes to bytes
    forge: object = None                # called with each tree before it is encoded


def algorithm_list(name, what, values):
    return Sized(name, *(Sized(f'{i}', u32(algorithm), Sized(what, value))
                         for i, (algorithm, value) in enumerate(values)))


def signed_data(scheme, signer, digests):
    algorithms = signer.algorithms or [signer.key.algorithm]
    values = signer.digests or digests
    certificates = signer.certificates or [signer.key.certificate]
    attributes = [Sized(f'{i}', u32(number) + value)
                  for i, (number, value) in enumerate(signer.attributes)]
    sdk = [] if scheme == V2 else [u32(signer.min_sdk), u32(signer.max_sdk)]
    return Sized('signed data',
                 algorithm_list('digests', 'digest', [(a, values[a]) for a in algorithms]),
                 Sized('certificates', *(Sized(f'{i}', c) for i, c in enumerate(certificates))),
                 *sdk, Sized('attributes', *attributes), signer.tail)


def signer_tree(scheme, signer, digests):
    forge = signer.forge or (lambda tree: None)
    edit = signer.edit_signature or (lambda signature: signature)
    data = signed_data(scheme, signer, digests)
    forge(data)
    message = data.content()
    algorithms = signer.signature_algorithms or signer.algorithms or [signer.key.algorithm]
    signatures = [(a, edit(signer.key.sign(a, message))) for a in algorithms]
    sdk = [] if scheme == V2 else [
        u32(signer.min_sdk if signer.outer_min_sdk is None else signer.outer_min_sdk),
        u32(signer.max_sdk if signer.outer_max_sdk is None else signer.outer_max_sdk)]
    spki = signer.key.spki if signer.spki is None else signer.spki
    tree = Sized('signer', data, *sdk, algorithm_list('signatures', 'signature', signatures),
                 Sized('public key', spki))
    forge(tree)
    return tree


def scheme_value(scheme, signers, digests, forge=None):
    """The value of a scheme's pair."""
    value = Sized('signers', *(signer_tree(scheme, signer, digests) for signer in signers))
    if forge:
        forge(scheme, value)
    return value.encode()


def content_digests(sections, algorithms=(0x0103, 0x0104)):
    """{algorithm: chunked digest} for all algorithms of schemes v2 and v3 but verity's."""
    by_hash = {}
    for name in ('sha256', 'sha512'):
        chunks = [section[at:at + CHUNK] for section in sections
                  for at in range(0, len(section), CHUNK)]
        top = hashlib.new(name, b'\x5a' + u32(len(chunks)))
        for chunk in chunks:
            top.update(hashlib.new(name, b'\xa5' + u32(len(chunk)) + chunk).digest())
        by_hash[name] = top.digest()
    known = (0x0101, 0x0102, 0x0103, 0x0104, 0x0201, 0x0202, 0x0301)
    return {a: by_hash['sha512' if a in SHA512 else 'sha256'] for a in known}


def signing_block(pairs, aligned=True):
    body = b''.join(u64(4 + len(value)) + u32(number) + value for number, value in pairs)
    missing = -(len(body) + 32) % BLOCK_ALIGNMENT
    if aligned and missing:
        missing += BLOCK_ALIGNMENT if missing < 12 else 0
        body += u64(missing - 8) + u32(PADDING) + bytes(missing - 12)
    size = u64(len(body) + 24)
    return size + body + size + MAGIC


def with_directory_at(end, offset):
    at = DIRECTORY_OFFSET_FIELD
    return end[:at] + u32(offset) + end[at + 4:]


def padded(parts):
    return parts.entries + bytes(-len(parts.entries) % BLOCK_ALIGNMENT)


def digests_of(parts):
    entries = padded(parts)
    return content_digests([entries, parts.directory, with_directory_at(parts.end, len(entries))])


def assemble(parts, block):
    """The file with a signing block between entries and directory."""
    entries = padded(parts) + block
    return entries + parts.directory + with_directory_at(parts.end, len(entries))


def sign(parts, v2=(), v3=(), v31=(), pairs=(), forge=None):
    """The ZIP with these signers. `pairs`: more of the block's pairs. `forge` is called with each
    scheme's number and the tree of its value, signed already."""
    digests = digests_of(parts)
    block = [(scheme, scheme_value(scheme, signers, digests, forge))
             for scheme, signers in ((V2, v2), (V3, v3), (V31, v31)) if signers]
    return assemble(parts, signing_block(block + list(pairs)))


def honest(key, **changes):
    """Signers of v2 and v3 as apksigner makes them."""
    v2 = Signer(key, attributes=[(STRIP_PROTECTION, u32(3))], tail=u32(0))
    return {'v2': [dataclasses.replace(v2)], 'v3': [Signer(key)], **changes}


def lineage_nodes(keys, capabilities=ALL_BUT_ROLLBACK):
    """The nodes of a lineage from the oldest key to the newest, as lists that can be changed:
    [certificate, algorithm of the parent, capabilities, algorithm for the child, signature]."""
    nodes = []
    for i, key in enumerate(keys):
        parent = keys[i - 1] if i else None
        parent_algorithm = parent.algorithm if parent else 0
        signed = Sized('certificate', key.certificate).encode() + u32(parent_algorithm)
        signature = parent.sign(parent_algorithm, signed) if parent else b''
        child_algorithm = key.algorithm if i + 1 < len(keys) else 0
        nodes.append([key.certificate, parent_algorithm, capabilities, child_algorithm, signature])
    return nodes


def lineage_tree(nodes):
    """The sized parts of a lineage attribute, node by node."""
    return [Sized(f'node {i}',
                  Sized('signed data', Sized('certificate', certificate), u32(parent)),
                  u32(flags), u32(child), Sized('signature', signature))
            for i, (certificate, parent, flags, child, signature) in enumerate(nodes)]


def lineage_value(nodes, version=1):
    return u32(version) + b''.join(tree.encode() for tree in lineage_tree(nodes))


def lineage_file(nodes):
    return u32(LINEAGE_FILE_MAGIC) + u32(1) + Sized('lineage', lineage_value(nodes)).encode()


def rotated(keys, rotation_min_sdk=33, nodes=None):
    """v2, v3 and v3.1 of an app that was rotated from keys[0] to keys[-1] for new devices."""
    value = lineage_value(lineage_nodes(keys) if nodes is None else nodes)
    old = honest(keys[0])['v2']
    return {'v2': old,
            'v3': [Signer(keys[0], max_sdk=rotation_min_sdk - 1,
                          attributes=[(ROTATION_MIN_SDK, u32(rotation_min_sdk))])],
            'v31': [Signer(keys[-1], min_sdk=rotation_min_sdk, attributes=[(LINEAGE, value)])]}


def merkle_levels(data):
    """The levels of the SHA-256 tree over 4096-byte blocks, from the leaves' hashes upwards."""
    levels = []
    while not levels or len(levels[-1]) > 4096:
        source = levels[-1] if levels else data
        hashes = b''.join(hashlib.sha256(source[at:at + 4096].ljust(4096, b'\0')).digest()
                          for at in range(0, len(source), 4096))
        levels.append(hashes + bytes(-len(hashes) % 4096))
    return levels


@dataclasses.dataclass
class Idsig:
    """A v4 signature file. The attributes are what it says, and may be changed."""
    apk: bytes
    key: object
    apk_digest: bytes
    version: int = 2
    hash_algorithm: int = 1
    log2_block_size: int = 12
    salt: bytes = b''
    certificate: bytes = None
    spki: bytes = None
    additional: bytes = b''
    root: bytes = None
    tree: bytes = None
    apk_size: int = None
    tail: bytes = b''
    forge: object = None

    def encode(self):
        levels = merkle_levels(self.apk)
        root = self.root or hashlib.sha256(levels[-1]).digest()
        tree = b''.join(reversed(levels)) if self.tree is None else self.tree
        certificate = self.certificate or self.key.certificate
        spki = self.spki or self.key.spki
        hashing = Sized('hashing info', u32(self.hash_algorithm), bytes([self.log2_block_size]),
                        Sized('salt', self.salt), Sized('root', root))
        algorithm = self.key.algorithm
        size = len(self.apk) if self.apk_size is None else self.apk_size
        facts = [Sized('apk digest', self.apk_digest), Sized('certificate', certificate),
                 Sized('additional data', self.additional), Sized('public key', spki)]
        message = u64(size) + hashing.content() + b''.join(f.encode() for f in facts[:3])
        signature = self.key.sign(algorithm, u32(4 + len(message)) + message)
        signing = Sized('signing infos', *facts, u32(algorithm), Sized('signature', signature))
        parts = [hashing, signing, Sized('tree', tree)]
        if self.forge:
            for part in parts:
                self.forge(part)
        return u32(self.version) + b''.join(part.encode() for part in parts) + self.tail
