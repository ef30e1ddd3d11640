"""What the modules forge_*.py give: named APKs that are wrong in one thing, and controls that are
right, so that no forgery is refused for a reason of its own."""
import dataclasses
import functools

from apk_lab import sample, schemes, zip_file
from apk_lab.judges import Range
from apk_lab.manifest import manifest
from apk_lab.zip_file import DEFLATED, Entry

LENGTHS = {'0': 0, '2^31': 1 << 31, '2^32-1': (1 << 32) - 1}


@dataclasses.dataclass
class Specimen:
    name: str
    apk: bytes
    sdk: Range = Range()
    idsig: bytes = None
    forged: bool = True       # False: a control, which must be accepted
    known_to_apksigner: bool = True  # False: Debian 12's apksigner (31) is older than this


def control(name, apk, **more):
    return Specimen(name, apk, forged=False, **more)


class Lab:
    """The keys, and the small APK that most forgeries begin with."""

    def __init__(self, keys):
        self.rsa = keys.get('rsa2048')
        self.other = keys.get('rsa2048', 'stranger')
        self.ec = keys.get('p256')
        self.newest = keys.get('p384')
        self.many = [keys.get('p256', f'signer{i}') for i in range(11)]

    @functools.cached_property
    def parts(self):
        return zip_file.build(small_entries())

    @functools.cached_property
    def v1_parts(self):
        return zip_file.build(small_entries(min_sdk=18))

    def signed(self, **changes):
        return schemes.sign(self.parts, **schemes.honest(self.rsa, **changes))


def small_entries(min_sdk=24, target_sdk=29):
    """The manifest, code, a library and an asset, some 30 KiB in all."""
    return [Entry(b'AndroidManifest.xml', manifest(min_sdk, target_sdk), DEFLATED),
            *list(sample.entries(sample.Shape(size=8000, entries=4, libraries=1)))[1:]]
