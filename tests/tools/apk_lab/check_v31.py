"""A judge of scheme v3.1 and of the v3 beside it, which Debian's apksigner and apkverifier are too
old for. Written from the format's description alone, and sharing nothing with the lab's own writer;
signatures and certificates are openssl's to judge. It reads APKs as Hallmark signs them: one signer
for each scheme, no archive comment.
"""
import dataclasses
import hashlib
import pathlib
import struct
import subprocess
import tempfile

HASHES = {0x0103: 'sha256', 0x0104: 'sha512', 0x0201: 'sha256', 0x0202: 'sha512'}
EVERY_DEVICE_FROM = 28       # the first that looks for v3
NO_MAXIMUM = 0x7FFFFFFF
MAY_ALL_BUT_ROLL_BACK = 0x17


class Fault(Exception):
    """What is wrong with an APK."""


def require(truth, what):
    if not truth:
        raise Fault(what)


class Reader:
    def __init__(self, data):
        self.rest = data

    def take(self, size):
        require(len(self.rest) >= size, 'a length is more than what is there')
        taken, self.rest = self.rest[:size], self.rest[size:]
        return taken

    def u32(self):
        return struct.unpack('<I', self.take(4))[0]

    def sized(self):
        return self.take(self.u32())

    def each(self):
        """The sized parts that a sized list consists of."""
        inside = Reader(self.sized())
        while inside.rest:
            yield Reader(inside.sized())

    def end(self):
        require(not self.rest, 'bytes after the last field')


class OpenSsl:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def run(self, *arguments, data=None):
        return subprocess.run(['openssl', *arguments], input=data, cwd=self.folder,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def public_key(self, certificate):
        pem = self.run('x509', '-inform', 'DER', '-noout', '-pubkey', data=certificate).stdout
        return self.run('pkey', '-pubin', '-outform', 'DER', data=pem).stdout

    def verifies(self, key, algorithm, message, signature):
        require(algorithm in HASHES, f'signature algorithm {algorithm:#x}')
        (self.folder / 'key').write_bytes(key)
        (self.folder / 'signature').write_bytes(signature)
        return self.run('dgst', f'-{HASHES[algorithm]}', '-keyform', 'DER', '-verify', 'key',
                        '-signature', 'signature', data=message).returncode == 0


@dataclasses.dataclass
class Signer:
    """What one signer says, once its signature is known to be good."""
    certificate: bytes
    digests: list      # of (algorithm, bytes)
    min_sdk: int
    max_sdk: int
    attributes: dict


class Apk:
    """An APK cut into the three sections that are signed, and the signing block's pairs."""

    def __init__(self, data):
        end = data[-22:]
        require(end[:4] == b'PK\5\6', 'no end record at the end')
        size, offset = struct.unpack('<II', end[12:20])
        require(offset + size + 22 == len(data), 'something after the directory')
        require(data[offset - 16:offset] == b'APK Sig Block 42', 'no signing block')
        length = struct.unpack('<Q', data[offset - 24:offset - 16])[0]
        start = offset - length - 8
        require(data[start:start + 8] == data[offset - 24:offset - 16], 'the block has two sizes')
        end = end[:16] + struct.pack('<I', start) + end[20:]
        self.sections = [data[:start], data[offset:-22], end]
        self.pairs = dict(self._pairs(Reader(data[start + 8:offset - 24])))

    @staticmethod
    def _pairs(block):
        while block.rest:
            pair = Reader(block.take(struct.unpack('<Q', block.take(8))[0]))
            yield pair.u32(), pair.rest

    def digest(self, algorithm):
        chunks = [section[at:at + 1048576] for section in self.sections
                  for at in range(0, len(section), 1048576)]
        top = hashlib.new(HASHES[algorithm], struct.pack('<BI', 0x5A, len(chunks)))
        for chunk in chunks:
            prefix = struct.pack('<BI', 0xA5, len(chunk))
            top.update(hashlib.new(HASHES[algorithm], prefix + chunk).digest())
        return top.digest()


def algorithm_list(reader):
    values = []
    for item in reader.each():
        values.append((item.u32(), item.sized()))
        item.end()
    return values


def read_signed_data(data):
    reader = Reader(data)
    digests = algorithm_list(reader)
    certificates = [item.rest for item in reader.each()]
    require(len(certificates) == 1, 'other than one certificate')
    signer = Signer(certificates[0], digests, reader.u32(), reader.u32(), {})
    for item in reader.each():
        number = item.u32()
        signer.attributes[number] = item.rest
    reader.end()
    return signer


def only_signer(apk, scheme, ssl):
    require(scheme in apk.pairs, f'no pair {scheme:#x}')
    outer = Reader(apk.pairs[scheme])
    signers = list(outer.each())
    outer.end()
    require(len(signers) == 1, 'other than one signer')
    data = signers[0].sized()
    range_outside = (signers[0].u32(), signers[0].u32())
    signatures = algorithm_list(signers[0])
    key = signers[0].sized()
    signers[0].end()
    signer = read_signed_data(data)
    require(range_outside == (signer.min_sdk, signer.max_sdk), 'two ranges of API levels')
    require(key == ssl.public_key(signer.certificate), "the key is not the certificate's")
    require([a for a, _ in signatures] == [a for a, _ in signer.digests], 'lists out of step')
    require(signatures, 'no signature')
    for algorithm, signature in signatures:
        require(ssl.verifies(key, algorithm, data, signature), 'the signature is wrong')
    for algorithm, digest in signer.digests:
        require(digest == apk.digest(algorithm), 'the contents are other ones')
    return signer


def check_lineage(value, certificates, ssl):
    """The nodes are these certificates, oldest first, each signed by the one before."""
    reader = Reader(value)
    require(reader.u32() == 1, 'a lineage of another version')
    parent, parent_algorithm, found = None, 0, []
    while reader.rest:
        node = Reader(reader.sized())
        data = node.sized()
        capabilities, next_algorithm, signature = node.u32(), node.u32(), node.sized()
        node.end()
        inside = Reader(data)
        certificate, algorithm = inside.sized(), inside.u32()
        inside.end()
        require(algorithm == parent_algorithm, 'a node of another algorithm than its parent says')
        require(capabilities == MAY_ALL_BUT_ROLL_BACK, f'capabilities {capabilities:#x}')
        if parent is None:
            require(signature == b'', 'a first node that somebody signed')
        else:
            require(ssl.verifies(ssl.public_key(parent), algorithm, data, signature),
                    "a node's signature is wrong")
        found.append(certificate)
        parent, parent_algorithm = certificate, next_algorithm
    require(parent_algorithm == 0, 'the newest node signs another')
    require(found == certificates, 'the lineage is of other certificates')


def check(data, certificates, rotation_min_sdk):
    """Raises Fault unless the APK is signed by the oldest of these certificates for devices below
    rotation_min_sdk, and by the newest from there on, with the lineage of all."""
    apk = Apk(data)
    with tempfile.TemporaryDirectory() as folder:
        ssl = OpenSsl(folder)
        old, new = only_signer(apk, 0xF05368C0, ssl), only_signer(apk, 0x1B93AD61, ssl)
        require(old.certificate == certificates[0], 'v3 is signed by another than the oldest')
        require(new.certificate == certificates[-1], 'v3.1 is signed by another than the newest')
        require(old.min_sdk <= EVERY_DEVICE_FROM and old.max_sdk == rotation_min_sdk - 1,
                'v3 is not for all devices before the rotation')
        require((new.min_sdk, new.max_sdk) == (rotation_min_sdk, NO_MAXIMUM),
                'v3.1 is not for all devices from the rotation on')
        require(old.attributes.get(0x559F8B02) == struct.pack('<I', rotation_min_sdk),
                'v3 does not say where v3.1 begins: it could be taken away')
        require(0x3BA06F8C in new.attributes, 'v3.1 has no lineage')
        check_lineage(new.attributes[0x3BA06F8C], certificates, ssl)


def accepts_no_flipped_bit(data, certificates, rotation_min_sdk, places=40):
    """Whether check() can fail: a bit is flipped at places all over v3, v3.1, and the contents."""
    apk = Apk(data)
    spots = [0, len(data) - 30]
    for scheme in (0xF05368C0, 0x1B93AD61):
        value = apk.pairs[scheme]
        start = data.index(value)
        spots += [start + i * len(value) // places for i in range(places)]
    for at in spots:
        forged = bytearray(data)
        forged[at] ^= 0x10
        try:
            check(bytes(forged), certificates, rotation_min_sdk)
        except Fault:
            continue
        return False
    return True
