"""JAR signatures (v1) that lie, and Janus. Nothing but v1 is in these APKs, for devices from 18."""
import dataclasses

from apk_lab import jar, schemes, zip_file
from apk_lab.forgery import Specimen, control, small_entries
from apk_lab.forge_zip import shifted
from apk_lab.judges import Range
from apk_lab.zip_file import DEFLATED, Entry

OLD_DEVICES = Range(18, 23)


def specimens(lab):
    entries = small_entries(min_sdk=18)
    good = jar.sign(entries, lab.rsa)
    yield control('control: v1', built(good))
    yield from changed_entries(lab, entries, good)
    yield from signature_files(lab, entries, good)
    yield from manifests(lab, entries)
    yield from signers(lab, entries, good)
    yield from stripped(lab, entries)
    yield Specimen('v1: Janus, a dex file before the ZIP',
                   shifted(zip_file.build(good), b'dex\n035\0' + bytes(104)).file())


def built(entries):
    return zip_file.build(entries).file()


def with_entry(entries, old_name, **changes):
    return [dataclasses.replace(entry, **changes) if entry.name == old_name else entry
            for entry in entries]


def without(entries, *names):
    return [entry for entry in entries if entry.name not in names]


def changed_entries(lab, entries, good):
    dex = entries[2]
    flipped = bytes([dex.content[0] ^ 1]) + dex.content[1:]
    yield Specimen('v1: a flipped bit in an entry', built(with_entry(good, dex.name, content=flipped)))
    yield Specimen('v1: an emptied entry', built(with_entry(good, dex.name, content=b'')))
    yield Specimen('v1: an entry that was added', built(good + [Entry(b'classes2.dex', b'dex')]))
    # Nothing below META-INF is protected; both verifiers warn.
    yield control('control: v1, a file that was added below META-INF/x/',
                  built(good + [Entry(b'META-INF/x/notes', b'text')]))
    yield Specimen('v1: an entry that was removed', built(without(good, dex.name)))
    yield Specimen('v1: an entry under another name',
                   built(with_entry(good, dex.name, name=b'classes3.dex')))
    yield Specimen('v1: two entries changed places', built(
        with_entry(with_entry(good, dex.name, content=entries[3].content),
                   entries[3].name, content=dex.content)))
    yield Specimen('v1: a second entry of a signed name',
                   built(good + [Entry(dex.name, b'dex\n035\0', DEFLATED)]))
    yield Specimen('v1: a second entry of a signed name, before the signed one',
                   built([Entry(dex.name, b'dex\n035\0', DEFLATED)] + good))


def signature_files(lab, entries, good):
    manifest, signature, block = good[-3:]
    for entry in (manifest, signature, block):
        name = entry.name.decode()
        for place, at in flips_in(entry).items():
            content = bytearray(entry.content)
            content[at] ^= 1
            yield Specimen(f'v1: a flipped bit at the {place} of {name}',
                           built(with_entry(good, entry.name, content=bytes(content))))
        yield Specimen(f'v1: {name} is missing', built(without(good, entry.name)))
        yield Specimen(f'v1: {name} is empty', built(with_entry(good, entry.name, content=b'')))
        yield Specimen(f'v1: {name} is cut', built(
            with_entry(good, entry.name, content=entry.content[:-40])))
        yield Specimen(f'v1: {name} with a byte behind it', built(
            with_entry(good, entry.name, content=entry.content + b'x')))
        yield Specimen(f'v1: {name} twice', built(good + [entry]))
    yield Specimen('v1: no signature file at all', built(entries))


def flips_in(entry):
    places = {'start': 0, 'middle': len(entry.content) // 2, 'end': len(entry.content) - 3}
    # No digest covers the main section here, and nothing the signature in the certificate.
    uncovered = {b'META-INF/MANIFEST.MF': 'start', b'META-INF/CERT.RSA': 'middle'}
    places.pop(uncovered.get(entry.name), None)
    return places


def manifests(lab, entries):
    """Manifest and signature file that say something odd, and are signed so."""
    sections = jar.manifest_sections(entries)
    dex = entries[2]

    def signed(manifest, signature, more=()):
        return built([*entries, *more, *jar.signature_entries(lab.rsa, manifest, signature)])

    def both(manifest, listed=sections, **how):
        return signed(manifest, jar.signature_file(manifest, listed, **how))

    good = jar.manifest_of(sections)
    other = {**sections, dex.name: jar.section(
        dex.name, [(b'SHA-256-Digest', jar.digest(b'something else'))])}
    yield control('control: v1, sections alone', both(good, whole=False))
    yield Specimen('v1: a signature file without sections', both(good, signed_sections=False))
    yield Specimen('v1: the manifest has another digest of an entry', both(jar.manifest_of(other)))
    yield Specimen('v1: the signature file is of another manifest',
                   signed(good, jar.signature_file(jar.manifest_of(other), other)))
    yield Specimen('v1: the signature file has another digest of a section',
                   both(good, {**sections, dex.name: b'Name: x\r\n\r\n'}, whole=False))
    fewer = {name: text for name, text in sections.items() if name != dex.name}
    yield Specimen('v1: an entry is not in the manifest', both(jar.manifest_of(fewer), fewer))
    yield Specimen('v1: an entry is not in the signature file', both(good, fewer, whole=False))
    ghost = {**sections, b'ghost.bin': jar.section(b'ghost.bin', [(b'SHA-256-Digest',
                                                                   jar.digest(b''))])}
    yield Specimen('v1: the manifest names an entry that is not there',
                   both(jar.manifest_of(ghost), ghost))
    yield Specimen('v1: a section twice', both(good + sections[dex.name]))
    yield Specimen('v1: a section twice, with another digest first',
                   both(jar.MANIFEST_MAIN + other[dex.name] + b''.join(sections.values())))
    bare = {**sections, dex.name: jar.section(dex.name, [])}
    yield Specimen('v1: a section without a digest', both(jar.manifest_of(bare), bare))
    md5 = {**sections, dex.name: jar.section(
        dex.name, [(b'MD5-Digest', jar.digest(dex.content, 'md5'))])}
    yield Specimen('v1: a section with nothing but MD5', both(jar.manifest_of(md5), md5))
    broken = {**sections, dex.name: jar.section(dex.name, [(b'SHA-256-Digest', b'!not base64!')])}
    yield Specimen('v1: a digest that is not base64', both(jar.manifest_of(broken), broken))
    nul = good.replace(b'Created-By: test', b'Created-By: te\0t')
    yield Specimen('v1: a NUL in the manifest', both(nul))
    changed = good.replace(b'Created-By: test', b'Created-By: rest')
    yield control('control: v1, a main section that no digest covers',
                  signed(changed, jar.signature_file(good, sections)))
    covering = jar.signature_file(good, sections, main=jar.MANIFEST_MAIN)
    yield control('control: v1, a digest of the main section', signed(good, covering))
    yield Specimen('v1: a changed main section', signed(changed, covering))
    yield Specimen('v1: a signature file without any digest',
                   signed(good, b'Signature-Version: 1.0\r\n\r\n'))
    yield Specimen('v1: a signature file without a version', signed(
        good, jar.signature_file(good, sections).replace(b'Signature-Version: 1.0\r\n', b'')))


def signers(lab, entries, good):
    """Who made the PKCS#7 block, and over what."""
    signature = good[-2].content
    block = good[-1]

    def with_block(content):
        return built(with_entry(good, block.name, content=content))

    other = jar.pkcs7(lab.other, signature)
    yield Specimen('v1: PKCS#7 over something else', with_block(jar.pkcs7(lab.rsa, b'else')))
    yield Specimen('v1: a stranger\'s certificate in PKCS#7', with_block(
        other_certificate(block.content, lab.rsa.certificate, lab.other.certificate)))
    yield Specimen('v1: the app\'s certificate in a stranger\'s PKCS#7', with_block(
        other_certificate(other, lab.other.certificate, lab.rsa.certificate)))
    yield Specimen('v1: MD5 in PKCS#7', with_block(jar.pkcs7(lab.rsa, signature, 'md5')))
    sections = jar.manifest_sections(entries)
    manifest = jar.manifest_of(sections)
    two = jar.sign(entries, lab.rsa)
    half = {name: text for name, text in sections.items() if name != entries[2].name}
    part = jar.signature_file(manifest, half, whole=False)
    yield Specimen('v1: an entry that one of two signers did not sign', built(
        two + jar.signature_entries(lab.other, manifest, part, b'OTHER')[1:]))
    full = jar.signature_file(manifest, sections)
    crowd = [entry for i, key in enumerate(lab.many)
             for entry in jar.signature_entries(key, manifest, full, b'S%d' % i)[0 if i == 0 else 1:]]
    # Their keys are for devices from 21 on.
    yield control('control: v1, ten signers', built(entries + crowd[:-2]), sdk=Range(21))
    yield Specimen('v1: eleven signers', built(entries + crowd), Range(21))


def other_certificate(block, old, new):
    """The same PKCS#7 with another certificate of the same length, or as it is where none fits."""
    if len(old) == len(new):
        return block.replace(old, new)
    return block.replace(old, old[:60] + bytes([old[60] ^ 1]) + old[61:])


def stripped(lab, entries):
    """v1 says that there were v2 and v3 (X-Android-APK-Signed), and they are gone."""
    for names in ([2], [3], [2, 3]):
        apk = built(jar.sign(entries, lab.rsa, names))
        yield Specimen(f'v1: {" and ".join(f"v{n}" for n in names)} stripped', apk)
        yield control(f'control: v1 says {names}, for devices that know neither', apk,
                      sdk=OLD_DEVICES)
    parts = zip_file.build(jar.sign(entries, lab.rsa, [2, 3]))
    yield control('control: v1, v2 and v3', schemes.sign(parts, **schemes.honest(lab.rsa)))
    yield Specimen('v1: v2 and v3 by a stranger',
                   schemes.sign(parts, **schemes.honest(lab.other)))
    yield Specimen('v1: v2 by a stranger, v3 stripped', schemes.sign(
        parts, v2=[schemes.Signer(lab.other)]))
