"""What no signer can go below that leaves its keys in gpg-agent: the agent's own time."""
import json
import pathlib
import shutil
import subprocess
import time

# One for each scheme: v1's is inside what v2 and v3 sign, and theirs inside what v4 signs. v2's and
# v3's might be made together, but gpg-agent makes one after the other, whoever asks.
SIGNATURES = 4
DIGEST = '5a' * 32


class AgentAlone:
    """A gpg-agent of its own with a copy of a demo terminal's signing keys, which have no
    passphrase. It is there before the clock runs, and so is the connection."""

    def __init__(self, terminal_root, folder):
        home = folder / 'agent'
        shutil.copytree(terminal_root / 'keys' / 'signing', home, copy_function=copy_file,
                        ignore=lambda _, names: [name for name in names if name.startswith('S.')])
        home.chmod(0o700)
        policy = json.loads((terminal_root / 'policy.json').read_text())
        self.keygrips = {key['name']: key['keygrip'] for key in policy['apk_keys']}
        self.agent = subprocess.Popen(
            ['gpg-agent', '--homedir', home, '--no-detach', '--disable-scdaemon', '--server'],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._answer()

    def close(self):
        self.agent.stdin.close()
        self.agent.wait()

    def sign(self, key):
        """Seconds for the signatures of one APK."""
        start = time.perf_counter()
        for _ in range(SIGNATURES):
            self._ask(f'SIGKEY {self.keygrips[key]}')
            self._ask(f'SETHASH --hash=sha256 {DIGEST}')
            self._ask('PKSIGN')
        return time.perf_counter() - start

    def _ask(self, command):
        self.agent.stdin.write(command.encode() + b'\n')
        self.agent.stdin.flush()
        self._answer()

    def _answer(self):
        while True:
            line = self.agent.stdout.readline()
            if line.startswith(b'OK'):
                return
            if not line or line.startswith(b'ERR'):
                raise RuntimeError(f'gpg-agent: {line!r}')


def copy_file(source, target):
    if pathlib.Path(source).is_file():
        shutil.copy(source, target)
