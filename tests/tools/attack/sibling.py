"""Another terminal of the group, as its log is seen from outside: a log key, lines, checkpoints and
the texts that lines name. What is written here comes from docs/release-log.md."""
import base64
import hashlib
import json
import struct
import subprocess
import time

from attack.terminal import run

ORIGIN = 'hallmark-demo-throwaway'  # of the policy that init --demo writes


def _sha256(*parts):
    return hashlib.sha256(b''.join(parts)).digest()


def root_of(leaves):
    """RFC 6962, section 2.1."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return _sha256(b'\1', root_of(leaves[:split]), root_of(leaves[split:]))


def utc(seconds=0):
    return time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(time.time() + seconds))


def batch(lines):
    return b''.join(struct.pack('>H', len(line)) + line for line in lines)


def line_of(sibling, sequence, kind, **facts):
    return json.dumps({'kind': kind, 'name': 'x', 'sequence': sequence, 'terminal': sibling.name,
                       'time': utc(), **facts}, sort_keys=True).encode()


class Sibling:
    def __init__(self, folder, name='t2'):
        self.name, self.key = name, folder / f'{name}.pem'
        run('openssl', 'genpkey', '-algorithm', 'ed25519', '-out', self.key)
        self.public = run('openssl', 'pkey', '-in', self.key, '-pubout', '-outform', 'DER')[-32:]
        self.lines = []

    def policy_entry(self):
        def text(value):
            return struct.pack('>I', len(value)) + value
        blob = base64.b64encode(text(b'ssh-ed25519') + text(self.public)).decode()
        return {'terminal': self.name, 'key': f'ssh-ed25519 {blob}'}

    def add(self, kind, **facts):
        """One line more."""
        self.lines.append(line_of(self, len(self.lines), kind, **facts))

    def checkpoint(self, lines=None, signed_by=None):
        lines = self.lines if lines is None else lines
        root = base64.b64encode(root_of([_sha256(b'\0', line) for line in lines])).decode()
        name = f'{ORIGIN}/log/{self.name}'
        text = f'{name}\n{len(lines)}\n{root}\n'
        key = signed_by or self
        identity = _sha256(name.encode(), b'\n\1', key.public)[:4]
        signature = base64.b64encode(identity + key.sign(text.encode())).decode()
        return f'{text}\n\u2014 {name} {signature}\n'

    def sign(self, data):
        message = self.key.with_suffix('.message')
        message.write_bytes(data)
        return subprocess.run(['openssl', 'pkeyutl', '-sign', '-rawin', '-inkey', self.key, '-in',
                               message], capture_output=True, check=True).stdout
