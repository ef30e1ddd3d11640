"""Releases as the builder and the approvers would make them: product file, lock, build record in
the builder's spool, approvals signed with ssh-keygen. Every part can be forged before it is sent."""
import hashlib
import json
import os
import pathlib
import subprocess
import tempfile

from attack import users
from attack.terminal import run
from attack.wire import memory_file

ENVIRONMENT = hashlib.sha256(b'environment').hexdigest()
SIGNER = 'ssh-ed25519 AAAA'
NAMESPACE = 'hallmark-approval@v1'


def digest(data):
    return hashlib.sha256(data if isinstance(data, bytes) else data.encode()).hexdigest()


def make_deb(name, version='1.0', architecture='amd64', depends='libc6', extra='', files=()):
    """A small .deb. `extra`: further lines of the control file; `files`: paths that it installs."""
    with tempfile.TemporaryDirectory(prefix='attack-') as folder:
        control = pathlib.Path(folder) / 'deb' / 'DEBIAN' / 'control'
        control.parent.mkdir(parents=True, mode=0o755)
        control.write_text(f'Package: {name}\nVersion: {version}\nArchitecture: {architecture}\n'
                           f'Maintainer: nobody <nobody@example.org>\nDepends: {depends}\n'
                           f'{extra}Description: an attack\n')
        for path in files:
            installed = pathlib.Path(folder) / 'deb' / path
            installed.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
            installed.write_text('an attack\n')
        file = pathlib.Path(folder) / 'out.deb'
        run('env', 'SOURCE_DATE_EPOCH=1700000000', 'dpkg-deb', '--root-owner-group', '-Znone',
            '--build', control.parent.parent, file)
        return file.read_bytes()


def deb(name, version='1.0', architecture='amd64', **facts):
    """The name of the artefact, and its bytes."""
    return f'{name}_{version}_{architecture}.deb', make_deb(name, version, architecture, **facts)


def make_source(name, version='1.0-1', more='', binary=None):
    """The names and bytes of a source package, the .dsc first; it is signed in form alone."""
    files = [(f'{name}_{version}.tar.xz', f'source of {name} {version}'.encode())]

    def lines(algorithm):
        return ''.join(f' {hashlib.new(algorithm, data).hexdigest()} {len(data)} {file}\n'
                       for file, data in files)
    dsc = ('-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n'
           f'Format: 3.0 (native)\nSource: {name}\nBinary: {binary or name}\nArchitecture: any\n'
           f'Version: {version}\nMaintainer: nobody <nobody@example.org>\n{more}'
           f'Checksums-Sha256:\n{lines("sha256")}Files:\n{lines("md5")}'
           '\n-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n')
    return [(f'{name}_{version}.dsc', dsc.encode()), *files]


class Release:
    def __init__(self, terminal, product, version, artefacts, suite='stable', recipe=None,
                 approvers=('alice', 'bob'), record_changes=None, source=(), origin=None):
        """`source`: names and bytes of the source package that it is built from, which `origin` names
        if the product does not; without, a git tag."""
        self.terminal, self.product, self.version = terminal, product, version
        self.source, self.origin = source, origin or product
        self.artefacts = artefacts
        self.target = {'suite': suite, 'component': 'main', 'architecture': 'amd64',
                       'environment': 'e'}
        self.recipe = recipe or {'kind': 'deb', 'packages': [product]}
        self.product_text = json.dumps(self._product())
        self.lock_text = json.dumps(self._lock())
        self.record_text = json.dumps(dict(self._record(), **(record_changes or {})))
        self._write_releases()
        self.record = self.put_record(self.record_text)
        self.statement, self.signatures = '', {}
        self.approve(approvers)

    def _product(self):
        return {'format': 'hallmark-product-v1', 'name': self.product,
                'origin': self._origin(),
                'environments': [{'name': 'e', 'suite': 'bookworm'}], 'targets': [self.target],
                'recipe': self.recipe, 'evidence': 'reproduced'}

    def _origin(self):
        if self.source:
            return {'kind': 'dsc', 'package': self.origin}
        return {'kind': 'git', 'url': '/srv/x.git', 'tag': '{version}', 'signers': [SIGNER]}

    def _source(self):
        if not self.source:
            return {'kind': 'git', 'url': '/srv/x.git', 'tag': self.version, 'tag_object': 'a' * 40,
                    'commit': 'a' * 40, 'tree': 'a' * 40, 'content_sha256': digest('x'),
                    'signers': ['SHA256:x']}
        return {'kind': 'dsc', 'package': self.origin, 'version': self.version, 'signer': 'C' * 40,
                'files': [{'name': name, 'size': len(data), 'sha256': digest(data),
                           'url': f'https://archive.example.org/{name}'}
                          for name, data in self.source]}

    def _lock(self):
        return {'format': 'hallmark-lock-v1', 'product': self.product, 'version': self.version,
                'product_sha256': digest(self.product_text), 'source_date_epoch': 1700000000,
                'source': self._source(),
                'environments': [{'name': 'e', 'architecture': 'amd64',
                                  'environment_sha256': ENVIRONMENT, 'mmdebstrap': '1.3.5-7',
                                  'archives': [], 'packages': []}],
                'targets': [self.target]}

    def _record(self):
        return {'format': 'hallmark-build-record-v1', 'product': self.product,
                'version': self.version, 'lock_sha256': digest(self.lock_text),
                'target': self.target, 'environment_sha256': ENVIRONMENT, 'evidence': 'reproduced',
                'built_at': 1700000000, 'variations': ['path'],
                'artefacts': [{'name': name, 'size': len(data), 'sha256': digest(data)}
                              for name, data in self.artefacts]}

    def _write_releases(self):
        products = self.terminal.root / 'releases' / 'products'
        (products / f'{self.product}.json').write_text(self.product_text)
        (products / self.product).mkdir(exist_ok=True)
        (products / self.product / f'{self.version}.lock.json').write_text(self.lock_text)

    def put_record(self, text, user='hallmark-build'):
        """In the spool, as `user` would leave it; returns the digest that names it."""
        path = self.terminal.root / 'spool' / 'records' / f'{digest(text)}.json'
        users.run_as(user, lambda: _write_new(path, text))
        return digest(text)

    def approve(self, approvers, *options):
        for name in approvers:
            self.terminal.hallmark('approve', self.product, self.version, '--key',
                                   self.key(name), *options)
        folder = self.terminal.root / 'releases' / 'approvals' / self.product / self.version
        self.statement = (folder / 'statement').read_text()
        self.signatures = {path.stem: path.read_text() for path in folder.glob('*.sig')}

    def key(self, approver):
        return self.terminal.root / 'demo' / 'approvers' / approver

    def accept_request(self, **changes):
        return dict({'type': 'accept-build', 'product': self.product_text, 'lock': self.lock_text,
                     'statement': self.statement,
                     'signatures': [{'approver': name, 'signature': armor}
                                    for name, armor in self.signatures.items()],
                     'record': self.record}, **changes)

    def contents(self):
        return [data for _, data in (*self.artefacts, *self.source)]

    def files(self):
        return [memory_file(data) for data in self.contents()]

    def accept(self):
        """Returns the stanzas."""
        answer = self.terminal.ask(self.accept_request(), self.files())
        return [entry.get('stanza') for entry in answer['accepted']]


def _write_new(path, text):
    path.write_text(text)
    os.chmod(path, 0o644)


def sign_statement(key, statement, namespace=NAMESPACE, *options):
    done = subprocess.run(['ssh-keygen', '-q', '-Y', 'sign', '-f', str(key), '-n', namespace,
                           *options], input=statement.encode(), capture_output=True, check=True)
    return done.stdout.decode()
