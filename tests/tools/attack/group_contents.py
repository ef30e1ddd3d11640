"""Contents indices that do not say exactly what the accepted packages have."""
import gzip

from attack.attempts import Attack, request
from attack.indices import files_of, sign_request
from attack.release import Release, deb

GROUP = 'contents'
RULE = 'contents-are-those-of-the-packages'
EXACTLY = 'indices-are-exactly-the-suites'
SUITE = 'listed'
AMD64, ARM64 = 'main/Contents-amd64.gz', 'main/Contents-arm64.gz'
BOMB = 64 << 20  # bytes of zeros
TEXT = 'etc/phi.conf\tphi\nusr/bin/phi\tphi\nusr/bin/psi\tpsi\n'


def packed(text):
    return gzip.compress(text.encode(), mtime=0)


class Listed:
    """phi and psi in the one suite whose Contents policy wants: accepted, and signed once."""

    def __init__(self, terminal):
        phi, = Release(terminal, 'phi', '1.0', [deb('phi', files=['etc/phi.conf', 'usr/bin/phi'])],
                       suite=SUITE).accept()
        psi, = Release(terminal, 'psi', '1.0', [deb('psi', files=['usr/bin/psi'])],
                       suite=SUITE).accept()
        self.packages = f'{phi}\n{psi}\n'
        self.signed({})(terminal)

    def signed(self, changed):
        """`changed`: bytes of some files; None: the file is left out."""
        files = files_of({'amd64': self.packages})
        files.update({AMD64: packed(TEXT), ARM64: packed('')})
        files.update(changed)
        files = {path: data for path, data in files.items() if data is not None}
        return request(sign_request(files, SUITE), list(files.values()))


def _forms():
    def changed(old, new):
        assert old in TEXT, old
        return packed(TEXT.replace(old, new, 1))

    yield 'a path added', packed(TEXT + 'usr/bin/sudo\tphi\n')
    yield 'a path dropped', changed('etc/phi.conf\tphi\n', '')
    yield 'a path of another package', changed('usr/bin/phi\tphi', 'usr/bin/phi\tpsi')
    yield 'a path of a further package', changed('usr/bin/phi\tphi', 'usr/bin/phi\tphi,psi')
    yield 'a path of a package that was never accepted', changed('\tpsi', '\tintruder')
    yield 'paths in another order', packed(''.join(reversed(TEXT.splitlines(True))))
    yield 'a path twice', changed('usr/bin/phi', 'etc/phi.conf\tphi\nusr/bin/phi')
    yield 'nothing at all, compressed', packed('')
    yield 'no bytes', b''
    yield 'the text, not compressed', TEXT.encode()
    yield 'a second gzip member with a path', packed(TEXT) + packed('usr/bin/sudo\tphi\n')
    yield 'a second gzip member of nothing', packed(TEXT) + packed('')
    yield 'bytes behind the gzip member', packed(TEXT) + b'x'
    yield 'a gzip member that is cut', packed(TEXT)[:-4]
    yield '64 MiB of zeros', gzip.compress(bytes(BOMB), mtime=0)


def attacks(terminal):
    listed = Listed(terminal)
    for name, form in _forms():
        yield Attack(GROUP, name, RULE, listed.signed({AMD64: form}))
    yield Attack(GROUP, 'a path for the other architecture', RULE,
                 listed.signed({ARM64: packed(TEXT)}))
    yield Attack(GROUP, 'Contents of one architecture left out', EXACTLY,
                 listed.signed({ARM64: None}))
    yield Attack(GROUP, 'the plain Contents beside it', EXACTLY,
                 listed.signed({AMD64.removesuffix('.gz'): TEXT.encode()}))
    yield Attack(GROUP, 'the honest Contents, under this name', 'ok', listed.signed({}))
