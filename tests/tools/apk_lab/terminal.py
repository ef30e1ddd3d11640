"""A demo terminal that signs APKs through `hallmark apk sign`, as a release manager would."""
import os
import pathlib
import subprocess


class Terminal:
    """Made by `hallmark init --demo` with these APK keys (as `--apk-key` wants them). As root it
    makes Unix users: run it where /etc is a copy (scripts/lib/terminal.sh)."""

    def __init__(self, root, keys, programs):
        self.root = pathlib.Path(root)
        self.hallmark = pathlib.Path(programs.hallmark)
        self.accept_apk = pathlib.Path(programs.accept_apk)
        options = [word for key in keys for word in ('--apk-key', key)]
        self._run(self.hallmark, '--root', self.root, 'init', '--demo', *options)

    def certificate(self, key):
        return (self.root / 'public' / f'apk-{key}.der').read_bytes()

    def accept(self, apk, key):
        """See accept_apk.cpp for why this is no way to have anything signed."""
        user = ['setpriv', '--reuid', 'hallmark-sign', '--regid', 'hallmark-sign',
                '--clear-groups'] if os.geteuid() == 0 else []
        self._run(*user, self.accept_apk, self.root, apk, key)

    def sign_command(self, key, apk, out):
        return [self.hallmark, '--root', self.root, 'apk', 'sign', '--key', key, '-o', out, apk]

    def sign(self, key, apk, out):
        self._run(*self.sign_command(key, apk, out))

    @staticmethod
    def _run(*command):
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f'{" ".join(map(str, command))}: exit status {done.returncode}\n'
                               f'{done.stdout}{done.stderr}')


class Programs:
    """Where the programs are: `build` is a build folder such as build/test."""

    def __init__(self, build, test_build=None):
        self.hallmark = pathlib.Path(build).resolve() / 'bin' / 'hallmark'
        self.accept_apk = (pathlib.Path(test_build or build).resolve() / 'tests' / 'tools'
                           / 'accept_apk')
