"""The files of a suite, as sign-apt-release wants them, whole or forged."""
import gzip
import lzma

from attack.terminal import ARCHITECTURES


def path_of(architecture):
    return f'main/binary-{architecture}/Packages'


def files_of(packages):
    """All forms of all indices; `packages` has the text of some architectures."""
    files = {}
    for architecture in ARCHITECTURES:
        text = packages.get(architecture, '').encode()
        files[path_of(architecture)] = text
        files[path_of(architecture) + '.gz'] = gzip.compress(text, mtime=0)
        files[path_of(architecture) + '.xz'] = lzma.compress(text)
    return files


def sign_request(files, suite='stable'):
    return {'type': 'sign-apt-release', 'suite': suite, 'indices': list(files)}
