"""JAR signatures (v1), as a signer that can also lie."""
import base64
import hashlib

from apk_lab.keys import openssl
from apk_lab.zip_file import DEFLATED, Entry


def digest(data, algorithm='sha256'):
    return base64.b64encode(hashlib.new(algorithm, data).digest())


def wrapped(line):
    """A header line, at most 70 bytes each, as apksigner wraps it."""
    out = line[:70]
    for at in range(70, len(line), 69):
        out += b'\r\n ' + line[at:at + 69]
    return out + b'\r\n'


def section(name, headers):
    lines = [b'Name: ' + name] + [key + b': ' + value for key, value in headers]
    return b''.join(wrapped(line) for line in lines) + b'\r\n'


MANIFEST_MAIN = b'Manifest-Version: 1.0\r\nCreated-By: test\r\n\r\n'


def manifest_sections(entries):
    """{name: section} of MANIFEST.MF for entries that are honest, in the order of their names."""
    return {entry.name: section(entry.name, [(b'SHA-256-Digest', digest(entry.content))])
            for entry in sorted(entries, key=lambda entry: entry.name)
            if not entry.name.endswith(b'/')}


def manifest_of(sections, main=MANIFEST_MAIN):
    return main + b''.join(sections.values())


def signature_file(manifest, sections, schemes=(), whole=True, signed_sections=True, main=None):
    """NAME.SF over a manifest. `whole`: with the digest of the whole manifest; `main`: the main
    section, where it has a digest of its own."""
    lines = [b'Signature-Version: 1.0', b'Created-By: test']
    if whole:
        lines.append(b'SHA-256-Digest-Manifest: ' + digest(manifest))
    if main:
        lines.append(b'SHA-256-Digest-Manifest-Main-Attributes: ' + digest(main))
    if schemes:
        lines.append(b'X-Android-APK-Signed: ' + b', '.join(str(s).encode() for s in schemes))
    out = b''.join(wrapped(line) for line in lines) + b'\r\n'
    if signed_sections:
        for name, text in sections.items():
            out += section(name, [(b'SHA-256-Digest', digest(text))])
    return out + (b'\r\n' if len(out) % 1024 == 0 else b'')


def pkcs7(key, data, hash_name='sha256'):
    """A detached SignedData over `data`, without signed attributes."""
    certificate = key.pem.with_suffix('.crt')
    certificate.write_bytes(openssl('x509', '-inform', 'DER', '-in', key.certificate_file))
    return openssl('smime', '-sign', '-binary', '-noattr', '-md', hash_name, '-outform', 'DER',
                   '-signer', certificate, '-inkey', key.pem, data=data)


def block_extension(key):
    return b'RSA' if key.kind.startswith('rsa') else b'DSA' if key.kind.startswith('dsa') else b'EC'


def packed(name, content):
    return Entry(name, content, DEFLATED)


def signature_entries(key, manifest, signature, name=b'CERT', block=None):
    """META-INF's three files."""
    block = pkcs7(key, signature) if block is None else block
    return [packed(b'META-INF/MANIFEST.MF', manifest),
            packed(b'META-INF/' + name + b'.SF', signature),
            packed(b'META-INF/' + name + b'.' + block_extension(key), block)]


def sign(entries, key, schemes=()):
    """The entries, and after them META-INF's files of an honest signature."""
    sections = manifest_sections(entries)
    manifest = manifest_of(sections)
    return entries + signature_entries(key, manifest, signature_file(manifest, sections, schemes))
