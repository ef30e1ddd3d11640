"""Source packages: what is handed in as the source of a build, and indices of sources that are not
exactly what the signer derived."""
import gzip
import hashlib
import lzma

from attack.attempts import Attack, request
from attack.indices import files_of, sign_request
from attack.release import Release, deb, make_source

GROUP = 'sources'
SOURCES = 'main/source/Sources'
STANZAS = 'stanzas-are-those-accepted'
THAT = 'source-is-that-of-the-lock'


class Sources:
    """delta 1.0-1 in testing, built from its source package."""

    def __init__(self, suites):
        self.terminal = suites.terminal
        self.release = Release(self.terminal, 'delta', '1.0-1', [deb('delta', '1.0-1')],
                               suite='testing', source=make_source('delta'))
        package, source, _ = self.release.accept()
        self.packages, self.text = f'{package}\n{suites.gamma}\n', f'{source}\n'

    def signed(self, text, **changed):
        """Testing with this index of sources; None: without one."""
        files = files_of({'amd64': self.packages})
        if text is not None:
            data = text.encode()
            files.update({SOURCES: data, SOURCES + '.gz': gzip.compress(data, mtime=0),
                          SOURCES + '.xz': lzma.compress(data)})
        files.update({SOURCES + form: data for form, data in changed.items()})
        return request(sign_request(files, 'testing'), list(files.values()))

    def accepted(self, version, source, contents=None, **facts):
        """A build from this source, for which `contents` is handed in."""
        release = Release(self.terminal, 'delta', version, [deb('delta', version)],
                          suite='testing', source=source, **facts)
        return request(release.accept_request(),
                       release.contents() if contents is None else contents(release))


def _index_attacks(sources):
    text = sources.text
    digest = hashlib.sha256(sources.release.source[1][1]).hexdigest()

    def changed(old, new):
        assert old in text, old
        return text.replace(old, new, 1)

    yield 'a source that was never accepted, added', text + text.replace('delta', 'intruder')
    yield 'a source that was never accepted, alone', text.replace('delta', 'intruder')
    yield 'an accepted source under a higher version', changed('Version: 1.0-1', 'Version: 9.0-1')
    yield 'an accepted source in another folder', changed('Directory: pool/', 'Directory: ./pool/')
    yield 'an accepted source with the digest of other bytes', changed(digest, '0' * 64)
    yield 'an accepted source with another MD5', changed(' ' + hashlib.md5(
        sources.release.source[1][1]).hexdigest(), ' ' + '0' * 32)
    yield 'an accepted source with another Maintainer', changed('nobody@', 'intruder@')
    yield 'an accepted source with one field more', changed('\nDirectory', '\nPriority: x\nDirectory')
    yield 'an accepted source with one file more', text[:-1] + f' {digest} 1 delta_x.tar\n\n'
    yield 'a field twice', changed('\nVersion', '\nPackage: other\nVersion')
    yield 'a source dropped', ''
    yield 'a source twice', text + text
    yield 'a package in the place of a source', sources.packages


def _form_attacks(sources):
    plain, more = sources.text.encode(), sources.text.replace('delta', 'intruder').encode()
    yield 'Sources.gz that differs from Sources', {'.gz': gzip.compress(plain + more)}
    yield 'Sources.xz that differs from Sources', {'.xz': lzma.compress(plain + more)}
    yield 'a second xz stream in Sources.xz', {'.xz': lzma.compress(plain) + lzma.compress(more)}


def _handed_in(sources):
    def source(version, **facts):
        return make_source('delta', version, **facts)

    yield ('a build without its source', 'artefacts-are-those-of-the-record',
           sources.accepted('1.1-1', source('1.1-1'), lambda release: release.contents()[:1]))
    yield ('one file of the source too few', 'artefacts-are-those-of-the-record',
           sources.accepted('1.1-2', source('1.1-2'), lambda release: release.contents()[:-1]))
    yield ('a source file of other bytes', THAT, sources.accepted(
        '1.1-3', source('1.1-3'), lambda release: [*release.contents()[:-1], b'intruder']))
    yield ('the files of a source in another order', THAT, sources.accepted(
        '1.1-4', source('1.1-4'), lambda release: [
            release.contents()[0], *reversed(release.contents()[1:])]))
    yield ('a .dsc of another version', THAT, sources.accepted('1.1-5', source('1.1-6')))
    yield ('a .dsc of another source package', THAT,
           sources.accepted('1.1-7', make_source('alpha', '1.1-7')))
    yield ('a .dsc with a field of an index', THAT,
           sources.accepted('1.1-8', source('1.1-8', more='Directory: pool/x\n')))
    yield ('a .dsc with a field twice', THAT,
           sources.accepted('1.1-9', source('1.1-9', more='Source: alpha\n')))
    (dsc, text), (_, data) = source('1.2-1')
    yield ('a .dsc that is not clear-signed', THAT, sources.accepted(
        '1.2-1', [(dsc, text.split(b'\n\n', 1)[1]), ('delta_1.2-1.tar.xz', data)]))
    yield ('a .dsc that names other bytes', THAT, sources.accepted(
        '1.2-2', [source('1.2-2')[0], ('delta_1.2-2.tar.xz', b'intruder')]))
    yield ('a .dsc with a file of another source package', THAT, sources.accepted(
        '1.2-3', [('delta_1.2-3.dsc', source('1.2-3')[0][1].replace(b'delta_1', b'alpha_1')),
                  ('alpha_1.2-3.tar.xz', source('1.2-3')[1][1])]))


def _published(sources):
    """The same file name with other bytes; and a source package of another product."""
    (_, text), (name, data) = make_source('delta', '1.3-1')
    old_name, old = sources.release.source[1]
    both = f' {{}} {len(old)} {old_name}\n'

    def with_line(field, algorithm, text):
        other = b'x' * len(old)
        line = both.format(hashlib.new(algorithm, other).hexdigest()).encode()
        return text.replace(field, field + line)

    text = with_line(b'Checksums-Sha256:\n', 'sha256', with_line(b'Files:\n', 'md5', text))
    yield ('other bytes for a published file of a source', 'published-sources-keep-their-bytes',
           sources.accepted('1.3-1', [('delta_1.3-1.dsc', text), (old_name, b'x' * len(old)),
                                      (name, data)]))
    theirs = Release(sources.terminal, 'epsilon', '2.0-1', [deb('epsilon', '2.0-1')],
                     suite='testing', source=make_source('delta', '2.0-1'), origin='delta')
    yield ("another product's source package", 'source-is-the-products-own',
           request(theirs.accept_request(), theirs.contents()))
    # apt-get source finds a source by the packages in Binary, too, and takes the highest version.
    theirs = Release(sources.terminal, 'epsilon', '2.0-2', [deb('epsilon', '2.0-2')],
                     suite='testing', source=make_source('epsilon', '2.0-2', binary='epsilon, delta'))
    yield ("a source that says it builds another product's package", 'source-is-the-products-own',
           request(theirs.accept_request(), theirs.contents()))


def attacks(suites):
    sources = Sources(suites)
    for name, text in _index_attacks(sources):
        yield Attack(GROUP, name, STANZAS, sources.signed(text))
    yield Attack(GROUP, 'Sources left out, with all its forms', 'indices-are-exactly-the-suites',
                 sources.signed(None))
    for name, forms in _form_attacks(sources):
        yield Attack(GROUP, name, 'every-form-says-the-same',
                     sources.signed(sources.text, **forms))
    for name, rule, act in (*_handed_in(sources), *_published(sources)):
        yield Attack(GROUP, name, rule, act)
