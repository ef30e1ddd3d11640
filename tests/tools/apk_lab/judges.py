"""Who judges an APK: Hallmark, Debian's apksigner, Debian's apkverifier."""
import dataclasses
import json
import pathlib
import subprocess

APKSIGNER_JAR = '/usr/share/java/apksigner.jar'


@dataclasses.dataclass
class Verdict:
    accepted: bool
    schemes: tuple = ()
    certificates: frozenset = frozenset()  # SHA-256 in hex
    reasons: tuple = ()                    # codes, or what a tool says

    def word(self):
        return 'accepts' if self.accepted else 'refuses'

    def reason(self):
        return self.reasons[0].split(':')[0] if self.reasons else ''


@dataclasses.dataclass(frozen=True)
class Range:
    """The devices that a verdict is for; None: the APK's own minimum, no maximum."""
    min_sdk: int = None
    max_sdk: int = None

    def options(self, low, high):
        return ([low, str(self.min_sdk)] if self.min_sdk is not None else []) + (
            [high, str(self.max_sdk)] if self.max_sdk is not None else [])

    def __str__(self):
        if self == Range():
            return 'its own range'
        return f'{self.min_sdk or "its own"}..{self.max_sdk or ""}'


class Hallmark:
    """`hallmark apk verify --json`."""

    def __init__(self, program='hallmark'):
        self.program = program

    def verify(self, path, sdk=Range(), idsig=None):
        return self.verify_all([path], sdk, idsig)[0]

    def verify_all(self, paths, sdk=Range(), idsig=None):
        """One process for all. A crash, or anything but a report, is an exception."""
        options = sdk.options('--min-sdk', '--max-sdk') + (['--idsig', idsig] if idsig else [])
        command = [self.program, '--json', 'apk', 'verify', *options, *paths]
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
        if done.returncode not in (0, 3):
            raise RuntimeError(f'hallmark apk verify: exit status {done.returncode}: '
                               f'{done.stderr.strip()} for {paths[0]}')
        verdicts = [self._verdict(report) for report in json.loads(done.stdout)]
        assert len(verdicts) == len(paths)
        assert (done.returncode == 0) == all(verdict.accepted for verdict in verdicts)
        return verdicts

    @staticmethod
    def _verdict(report):
        assert report['verified'] == (not report['errors'])
        return Verdict(report['verified'], tuple(report['schemes']),
                       frozenset(signer['certificate_sha256'] for signer in report['signers']),
                       tuple(error['code'] for error in report['errors']))


class Apksigner:
    """Debian's apksigner in one JVM for many requests (ApksignerServer.java)."""

    def __init__(self):
        server = pathlib.Path(__file__).with_name('ApksignerServer.java')
        self.process = subprocess.Popen(
            # The JVM's own warnings go to stdout unless told otherwise.
            ['java', '-Xmx2048m', '-Xlog:disable', '-cp', APKSIGNER_JAR, server], text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def ask(self, *words):
        line = '\t'.join('' if word is None else str(word) for word in words)
        assert '\n' not in line
        self.process.stdin.write(line + '\n')
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError('apksigner: the JVM ended')
        return json.loads(answer)

    def verify(self, path, sdk=Range(), idsig=None):
        answer = self.ask('verify', path, sdk.min_sdk, sdk.max_sdk, idsig)
        # An .idsig that is wrong is no error to it, only not mentioned.
        verified = answer['verified'] and (idsig is None or 'v4' in answer['schemes'])
        return Verdict(verified, tuple(answer['schemes']),
                       frozenset(answer['certificates']), tuple(answer['issues']))

    def sign(self, source, target, keys, *options):
        """None, or why it cannot. `keys`: from the oldest to the newest, where there is a lineage."""
        words = []
        for i, key in enumerate(keys):
            words += (['--next-signer'] if i else []) + ['--key', key.pk8, '--cert',
                                                         key.certificate_file]
        answer = self.ask('sign', *words, '--in', source, '--out', target, *options)
        return None if answer['done'] else answer['issues'][0]

    def rotate(self, target, old, new, source=None):
        """A lineage file from old to new, behind what `source` holds already."""
        more = ['--in', source] if source else []
        answer = self.ask('rotate', '--out', target, *more, '--old-signer', '--key', old.pk8,
                          '--cert', old.certificate_file, '--new-signer', '--key', new.pk8,
                          '--cert', new.certificate_file)
        assert answer['done'], answer['issues']


class Apkverifier:
    """Debian's apkverifier: Go, of 2019, knows v1, v2 and v3 with a lineage."""

    def verify(self, path):
        done = subprocess.run(['apkverifier', path], capture_output=True, text=True,
                              errors='replace')
        return Verdict(done.returncode == 0, reasons=(done.stdout.strip().split('\n')[0],))
