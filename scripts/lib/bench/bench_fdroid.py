"""An F-Droid index of many apps, of which one has a new version: hallmark beside `fdroid update`.

All apps but one are in both repositories as if they had come earlier: their files are there, and
what each side once derived from them is written into its state (two databases, fdroidserver's
apkcache.json). The one app gets a new version each run, a real APK that hallmark-sign signed; from
there on everything is real. What is measured, on both sides: a signed APK is taken in and verified,
the index of all apps is written and signed.

scripts/bench fdroid runs this.
"""
import argparse
import hashlib
import json
import os
import pathlib
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time

from bench_terminal import TOP, BenchTerminal  # and finds what follows
from apk_lab import sample  # noqa: E402
from attack import users  # noqa: E402
from attack.group_apk import make_apk, recipe, sign_request  # noqa: E402
from attack.release import Release  # noqa: E402
from attack.wire import memory_file  # noqa: E402

LONG_AGO = 1_600_000_000


def application(number):
    return f'org.example.bench{number:05}'


class Earlier:
    """An app that came earlier: never opened again, so its bytes are a real APK's, and a number."""

    def __init__(self, number, signed):
        self.application = application(number)
        self.name = f'{self.application}_1.apk'
        self.data = signed + number.to_bytes(4, 'big')
        self.sha256 = hashlib.sha256(self.data).hexdigest()


class FdroidTerminal(BenchTerminal):
    """With an F-Droid repository."""

    def start_publisher(self):
        super().start_publisher()
        self.ask_publisher({'type': 'list-apks'})  # makes the repository

    def sign_apk(self, code):
        data = make_apk(version_code=code)
        Release(self, 'app', str(code), [('app.apk', data)], recipe=recipe()).accept()
        out = memory_file(b'')
        self.ask(sign_request(data), [memory_file(data), out])
        return os.pread(out, os.fstat(out).st_size, 0)

    def add_earlier(self, apps, manifest):
        with sqlite3.connect(self.root / 'sign' / 'state.db') as signer:
            build = signer.execute(
                "INSERT INTO build(lock, suite, component, architecture, environment, product, version, record, "
                "evidence, alone, statement, accepted_at, rollout) VALUES ('', 'stable', 'main', 'amd64', 'bench', "
                "'bench', '1', '', 'reproduced', 'reproduced', '', ?, 100)", (LONG_AGO,)).lastrowid
            signer.executemany('INSERT INTO artefact VALUES (?, ?, ?, ?, ?, ?, ?)', [
                (build, i, app.name, 'apk', app.sha256, len(app.data), f'apk/{app.name}')
                for i, app in enumerate(apps)])
            signer.executemany('INSERT INTO application VALUES (?, ?, ?, ?, ?, ?, ?)', [
                (app.sha256, app.application, '', 'any', 1, 'app', LONG_AGO) for app in apps])
            signer.executemany('INSERT INTO apk_facts VALUES (?, ?, ?, ?)', [
                (app.sha256, len(app.data), app.sha256, manifest) for app in apps])
        with sqlite3.connect(self.root / 'push' / 'state.db') as publisher:
            publisher.executemany('INSERT INTO apk VALUES (?, ?, ?)', [
                (f'apk/{app.name}', len(app.data), app.sha256) for app in apps])
            publisher.executemany('INSERT INTO app_facts VALUES (?, ?, ?)', [
                (app.sha256, app.application, manifest) for app in apps])
        users.run_as('hallmark-push', lambda: self._write_files(apps))

    def _write_files(self, apps):
        folder = self.root / 'push' / 'tree' / 'apk'
        folder.mkdir(exist_ok=True)
        for app in apps:
            (folder / app.name).write_bytes(app.data)

    def manifest(self):
        """As it was derived, of the app that is real."""
        with sqlite3.connect(self.root / 'sign' / 'state.db') as signer:
            return signer.execute('SELECT manifest FROM apk_facts LIMIT 1').fetchone()[0]

    def update(self, signed, code):
        """Takes the signed APK in; the index is written, judged and signed."""
        apk = memory_file(signed)
        self.ask_publisher({'type': 'include-apk', 'name': f'{sample.PACKAGE}_{code}.apk'}, [apk])
        os.close(apk)
        self.sign_index()

    def sign_index(self):
        standing = self.ask({'type': 'fdroid-apks'})
        apks = [{key: apk[key] for key in ('path', 'sha256', 'added')} for apk in standing['apks']]
        composed = self.ask_publisher({'type': 'compose-fdroid', 'apks': apks,
                                       'newest': standing.get('newest', 0)})
        index = os.open(self.root / 'push' / 'tree' / composed['index'], os.O_RDONLY)
        signed = self.ask({'type': 'sign-fdroid-index'}, [index])
        os.close(index)
        self.ask_publisher({'type': 'attach-fdroid', 'entry': signed['entry'],
                            'entry_jar': signed['entry_jar'], 'page': ''})

    def end(self):
        self.publisher.kill()
        self.publisher.wait()
        super().end()


class Fdroid:
    """A repository that fdroidserver keeps, with a key of its own."""

    def __init__(self, folder):
        self.folder = folder
        for name in ('repo', 'metadata', 'tmp'):
            (folder / name).mkdir(parents=True)
        subprocess.run(['keytool', '-genkeypair', '-keystore', folder / 'keystore.p12', '-storetype', 'pkcs12',
                        '-alias', 'repo', '-keyalg', 'RSA', '-keysize', '4096', '-validity', '10000',
                        '-storepass', 'benchbench', '-keypass', 'benchbench', '-dname', 'CN=bench'],
                       check=True, capture_output=True)
        config = folder / 'config.yml'
        config.write_text('repo_url: https://apps.example.org/fdroid/repo\nrepo_name: Apps\n'
                          'repo_description: Of a test\narchive_older: 0\nkeystore: keystore.p12\n'
                          'repo_keyalias: repo\nkeystorepass: benchbench\nkeypass: benchbench\n'
                          'keydname: CN=bench\n')
        config.chmod(0o600)

    def add(self, name, package, data):
        (self.folder / 'repo' / name).write_bytes(data)
        (self.folder / 'metadata' / f'{package}.yml').write_text(
            f'Name: {package}\nSummary: A test\nLicense: Apache-2.0\nCategories:\n  - System\n')

    def add_earlier(self, apps):
        """From what it cached of the one app that is real."""
        path = self.folder / 'tmp' / 'apkcache.json'
        cache = json.loads(path.read_text())
        seen = next(value for value in cache.values() if isinstance(value, dict))
        for app in apps:
            self.add(app.name, app.application, app.data)
            cache[app.name] = dict(seen, packageName=app.application, apkName=app.name,
                                   hash=app.sha256, size=len(app.data))
        path.write_text(json.dumps(cache))

    def update(self):
        done = subprocess.run(['/usr/bin/python3', '/usr/bin/fdroid', 'update'], cwd=self.folder,
                              env=dict(os.environ, LC_ALL='C.UTF-8'), capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f'bench: error: fdroid update: {done.stderr[-2000:]}')

    def packages(self):
        index = json.loads((self.folder / 'repo' / 'index-v2.json').read_text())
        return {name: len(package['versions']) for name, package in index['packages'].items()}


def seconds(act):
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def prepare(terminal, fdroid, count):
    terminal.start_publisher()
    first = terminal.sign_apk(1)
    apps = [Earlier(number, first) for number in range(1, count)]
    terminal.add_earlier(apps, terminal.manifest())
    terminal.update(first, 1)
    fdroid.add(f'{sample.PACKAGE}_1.apk', sample.PACKAGE, first)
    fdroid.update()
    fdroid.add_earlier(apps)
    fdroid.update()


def measure(terminal, fdroid, runs):
    times = {'hallmark': [], 'hallmark, nothing new': [], 'fdroid update': []}
    for code in range(2, runs + 2):
        signed = terminal.sign_apk(code)
        time.sleep(1)  # two indices of one second: the signer would wait, to give them two times
        times['hallmark'].append(seconds(lambda: terminal.update(signed, code)))
        times['hallmark, nothing new'].append(seconds(terminal.sign_index))
        fdroid.add(f'{sample.PACKAGE}_{code}.apk', sample.PACKAGE, signed)
        times['fdroid update'].append(seconds(fdroid.update))
    return {name: statistics.median(some) for name, some in times.items()}


def check_same(terminal, fdroid):
    """Both tell of the same versions of the same apps."""
    entry = json.loads((terminal.root / 'push' / 'tree' / 'apk' / 'entry.json').read_text())
    index = json.loads((terminal.root / 'push' / 'tree' / 'apk' / entry['index']['name'][1:]).read_text())
    ours = {name: len(package['versions']) for name, package in index['packages'].items()}
    if ours != fdroid.packages():
        sys.exit('bench: error: the two indices do not tell of the same apps')
    return entry['index']['size']


def main():
    parser = argparse.ArgumentParser(prog='scripts/bench fdroid')
    parser.add_argument('folder', type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument('--quick', action='store_true', help='50 apps: to see that it works')
    parser.add_argument('--json', action='store_true')
    options = parser.parse_args()
    count, runs = (50, 1) if options.quick else (1000, 5)
    terminal = FdroidTerminal(TOP / 'build' / 'release' / 'bin', options.folder, fdroid=True)
    try:
        terminal.install_policy()
        fdroid = Fdroid(options.folder / 'fdroid')
        prepare(terminal, fdroid, count)
        times = measure(terminal, fdroid, runs)
        size = check_same(terminal, fdroid)
    finally:
        terminal.end()
    ratio = times['fdroid update'] / times['hallmark']
    version = subprocess.run(['dpkg-query', '-W', '-f', '${Version}', 'fdroidserver'], check=True,
                             capture_output=True, text=True).stdout
    shutil.rmtree(options.folder / 'fdroid')
    if options.json:
        print(json.dumps({'apps': count, 'bytes': size, 'fdroidserver': version, 'seconds': times,
                          'ratio': ratio}, indent=2))
        return
    print(f'{count:,} apps, an index of {size / 1e6:.2f} MB; fdroidserver {version}; medians of {runs}')
    for name, value in times.items():
        print(f'  {name:24} {value:8.3f} s')
    print(f'  {"ratio":24} {ratio:8.0f} x')


if __name__ == '__main__':
    main()
