"""Signing keys with self-signed certificates, made by openssl. RSA of any size, P-256/384/521, DSA."""
import pathlib
import subprocess

from apk_lab.huge_rsa import make_huge_rsa

CURVES = {'p256': 'P-256', 'p384': 'P-384', 'p521': 'P-521'}


def openssl(*arguments, data=None):
    return subprocess.run(['openssl', *map(str, arguments)], input=data, check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE).stdout


class Key:
    """A key in files of its own: NAME.pem, NAME.pk8 (PKCS#8 in DER, as apksigner reads it) and
    NAME.der, the certificate. `kind` is rsa2048, p256, dsa2048 and the like."""

    def __init__(self, folder, kind, name=None):
        self.kind = kind
        self.name = name or kind
        base = pathlib.Path(folder) / self.name
        self.pem, self.pk8, self.certificate_file = (base.with_suffix(suffix)
                                                     for suffix in ('.pem', '.pk8', '.der'))
        if not self.certificate_file.exists():
            self._make(base)
        self.certificate = self.certificate_file.read_bytes()
        self.spki = openssl('x509', '-inform', 'DER', '-in', self.certificate_file, '-pubkey',
                            '-noout')
        self.spki = openssl('pkey', '-pubin', '-outform', 'DER', data=self.spki)

    def _make(self, base):
        if self.kind == 'rsa16384':
            make_huge_rsa(self)
            return
        openssl('genpkey', *self._parameters(base), '-out', self.pem)
        openssl('req', '-x509', '-new', '-key', self.pem, '-sha256', '-subj', f'/CN=test {self.name}',
                '-days', '10000', '-outform', 'DER', '-out', self.certificate_file)
        openssl('pkcs8', '-topk8', '-nocrypt', '-in', self.pem, '-outform', 'DER', '-out', self.pk8)

    def _parameters(self, base):
        if self.kind in CURVES:
            return ['-algorithm', 'EC', '-pkeyopt', f'ec_paramgen_curve:{CURVES[self.kind]}']
        if self.kind.startswith('dsa'):
            parameters = base.with_suffix('.parameters')
            bits = self.kind[3:]
            openssl('genpkey', '-genparam', '-algorithm', 'DSA', '-out', parameters,
                    '-pkeyopt', f'dsa_paramgen_bits:{bits}',
                    '-pkeyopt', f'dsa_paramgen_q_bits:{160 if bits == "1024" else 256}')
            return ['-paramfile', parameters]
        return ['-algorithm', 'RSA', '-pkeyopt', f'rsa_keygen_bits:{self.kind[3:]}']

    @property
    def algorithm(self):
        """The scheme algorithm that apksigner would choose."""
        if self.kind.startswith('dsa'):
            return 0x0301
        if self.kind in CURVES:
            return 0x0201 if self.kind == 'p256' else 0x0202
        return 0x0103 if int(self.kind[3:]) <= 3072 else 0x0104

    def sign(self, algorithm, data):
        """A signature of a v2/v3 algorithm over `data`."""
        padding = []
        if algorithm in (0x0101, 0x0102):
            salt = 32 if algorithm == 0x0101 else 64
            padding = ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', f'rsa_pss_saltlen:{salt}']
        digest = '-sha512' if algorithm in (0x0102, 0x0104, 0x0202) else '-sha256'
        return openssl('dgst', digest, '-sign', self.pem, *padding, data=data)


class KeyRing:
    """The keys of a run, each made when it is first asked for."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._keys = {}

    def get(self, kind, name=None):
        name = name or kind
        if name not in self._keys:
            self._keys[name] = Key(self.folder, kind, name)
        return self._keys[name]
