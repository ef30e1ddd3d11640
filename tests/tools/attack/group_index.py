"""sign-apt-release: indices that are not exactly what the signer derived from what it accepted."""
import gzip
import lzma
import zlib

from attack.attempts import Attack, request
from attack.indices import files_of, path_of, sign_request
from attack.release import Release, deb

GROUP = 'index'
STANZAS = 'stanzas-are-those-accepted'
FORMS = 'every-form-says-the-same'
EXACTLY = 'indices-are-exactly-the-suites'
AMD64 = path_of('amd64')
BOMB = 64 << 20  # bytes of zeros


class Suites:
    """alpha 1.0 and 2.0 and beta 1.0 in stable, gamma in testing: accepted, and signed once."""

    def __init__(self, terminal):
        self.terminal = terminal
        self.alpha1, = Release(terminal, 'alpha', '1.0', [deb('alpha')]).accept()
        self.alpha2, = Release(terminal, 'alpha', '2.0', [deb('alpha', '2.0')]).accept()
        self.beta, = Release(terminal, 'beta', '1.0', [deb('beta')]).accept()
        self.gamma, = Release(terminal, 'gamma', '1.0', [deb('gamma')], suite='testing').accept()
        self.text = f'{self.alpha1}\n{self.alpha2}\n{self.beta}\n'

    def honest_request(self):
        files = files_of({'amd64': self.text})
        return sign_request(files), list(files.values())


def _with_text(text, architecture='amd64'):
    files = files_of({architecture: text})
    return request(sign_request(files), list(files.values()))


def _with_file(suites, path, data):
    files = files_of({'amd64': suites.text})
    files[path] = data
    return request(sign_request(files), list(files.values()))


def _text_attacks(suites):
    text, beta = suites.text, suites.beta
    intruder = beta.replace('beta', 'intruder')

    def changed(old, new):
        assert old in beta, old
        return text.replace(beta, beta.replace(old, new, 1))

    yield 'a package that was never accepted, added', text + intruder + '\n'
    yield 'a package that was never accepted, alone', intruder + '\n'
    yield 'an accepted digest under a higher version', changed('Version: 1.0', 'Version: 9.0')
    yield 'an accepted digest under a lower version', changed('Version: 1.0', 'Version: 0.1')
    yield 'an accepted digest under another name', changed('Package: beta', 'Package: apt')
    yield 'an accepted digest for another architecture', changed('Architecture: amd64',
                                                                 'Architecture: all')
    yield 'an accepted digest with another Depends', changed('Depends: libc6', 'Depends: intruder')
    yield 'an accepted digest with another Filename', changed('Filename: pool/', 'Filename: ./pool/')
    yield 'an accepted digest with one field more', changed('\nDescription', '\nEssential: yes'
                                                            '\nDescription')
    yield 'an accepted name with the digest of other bytes', changed('SHA256: ', 'SHA256: 0')
    yield 'an accepted name with another Size', changed('Size: ', 'Size: 1')
    yield 'a field twice', changed('Version: 1.0', 'Version: 1.0\nVersion: 9.0')
    yield 'a field twice, in another case', changed('Version: 1.0', 'Version: 1.0\nversion: 9.0')
    yield 'a line of a carriage return alone', changed('\nDepends', '\n\r\nDepends')
    yield 'lines that end in CR LF', text.replace('\n', '\r\n')
    yield 'a line of a space alone, inside a stanza', changed('\nDepends', '\n \nDepends')
    yield 'a line of a space alone, between stanzas', text + ' \n'
    yield 'a NUL byte', changed('libc6', 'libc6\0')
    yield 'two empty lines between stanzas', text.replace(beta, '\n' + beta)
    yield 'an empty line at the front', '\n' + text
    yield 'bytes behind the end', text + 'x'
    yield 'the last line feed missing', text[:-1]
    yield 'a package dropped', f'{suites.alpha1}\n{suites.alpha2}\n'
    yield 'the newest version dropped, so that it is lowered', f'{suites.alpha1}\n{beta}\n'
    yield 'a package twice', text + beta + '\n'
    yield 'packages in another order', f'{beta}\n{suites.alpha1}\n{suites.alpha2}\n'
    yield 'nothing at all', ''
    yield 'an accepted package of another suite', text + suites.gamma + '\n'
    yield 'a stanza without a name', text + 'Version: 1\n\n'
    yield 'a Release in the place of an index', 'Origin: x\nSuite: stable\n'


def _form_attacks(suites):
    plain = suites.text.encode()
    more = (suites.beta.replace('beta', 'intruder') + '\n').encode()
    gz, xz = AMD64 + '.gz', AMD64 + '.xz'
    yield 'Packages.gz that differs from Packages', gz, gzip.compress(plain + more)
    yield 'Packages.xz that differs from Packages', xz, lzma.compress(plain + more)
    yield 'a second gzip member', gz, gzip.compress(plain) + gzip.compress(more)
    yield 'a second xz stream', xz, lzma.compress(plain) + lzma.compress(more)
    yield 'a second xz stream of nothing', xz, lzma.compress(plain) + lzma.compress(b'')
    yield 'bytes behind the gzip member', gz, gzip.compress(plain) + b'x'
    yield 'bytes behind the xz stream', xz, lzma.compress(plain) + b'x'
    yield 'a gzip member that is cut', gz, gzip.compress(plain)[:-4]
    yield 'xz in Packages.gz', gz, lzma.compress(plain)
    yield 'the old lzma form in Packages.xz', xz, lzma.compress(plain, lzma.FORMAT_ALONE)
    yield 'Packages.gz of 64 MiB of zeros', gz, gzip.compress(plain + bytes(BOMB), 1)
    yield 'Packages.xz of 64 MiB of zeros', xz, lzma.compress(plain + bytes(BOMB), preset=0)
    yield 'Packages.xz that asks for a dictionary of 1.5 GiB', xz, _wide_window(plain)


def _wide_window(plain):
    """LZMA2's properties byte says how much memory a decoder needs; its header's check sum is
    made right again."""
    data = bytearray(lzma.compress(plain))
    at = data.index(b'\x21\x01', 12) + 2
    data[at] = 40 - 1
    header = (data[12] + 1) * 4
    data[12 + header - 4:12 + header] = zlib.crc32(data[12:12 + header - 4]).to_bytes(4, 'little')
    return bytes(data)


def _list_attacks(suites):
    honest = files_of({'amd64': suites.text})
    extra = ('main/i18n/Translation-en', 'main/source/Sources', 'main/Contents-amd64',
             f'main/binary-amd64/by-hash/SHA256/{"0" * 64}', '../stable/' + AMD64,
             'main/binary-amd64/Packages\n 0 0 x', 'Release', '')
    for path in extra:
        yield (f'an index too many: {path!r}', EXACTLY,
               request(sign_request({**honest, path: b'x'}), [*honest.values(), b'x']))
    without = {path: data for path, data in honest.items() if path != AMD64 + '.xz'}
    yield ('Packages.xz present, but not listed', EXACTLY,
           request(sign_request(without), list(without.values())))
    yield ('an index listed, but absent', 'error: one descriptor for each index',
           request(sign_request(honest), list(without.values())))
    twice = sign_request(honest)
    twice['indices'] = twice['indices'] + [AMD64]
    yield 'an index listed twice', EXACTLY, request(twice, [*honest.values(), b'x'])
    for suite in ('unstable', '', '../stable', 'stable\nOrigin: x', 'stable\0', 'STABLE'):
        yield (f'a suite that is none: {suite!r}', 'suite-is-in-the-policy',
               request(sign_request(honest, suite), list(honest.values())))
    yield ("one suite's indices for another", STANZAS,
           request(sign_request(honest, 'testing'), list(honest.values())))


def attacks(suites):
    for name, text in _text_attacks(suites):
        yield Attack(GROUP, name, STANZAS, _with_text(text))
    yield Attack(GROUP, "one architecture's packages in the index of another", STANZAS,
                 _with_text(suites.text, 'arm64'))
    for name, path, data in _form_attacks(suites):
        yield Attack(GROUP, name, FORMS, _with_file(suites, path, data))
    for name, rule, act in _list_attacks(suites):
        yield Attack(GROUP, name, rule, act)
