"""Composing and signing an index of Debian's size: what a first Release costs, and one more package.

The stanzas are those of Debian main in the machine's own apt lists. They are written straight into
the two states of a demo terminal, as if each package had been accepted and included; from there on
everything is real: hallmark-push composes, hallmark-sign checks every byte against its state and
signs through gpg-agent. Beside it, as the floor: hashing the index files and writing them to disk.
With --contents, policy wants Contents too; the packages' paths are made up, as many as Debian's have.

scripts/bench index runs this.
"""
import argparse
import hashlib
import json
import os
import pathlib
import random
import re
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
import zlib

from bench_terminal import TOP, BenchTerminal
from attack.wire import Client  # noqa: E402

LISTS = pathlib.Path('/var/lib/apt/lists')
PLACE = ('stable', 'main', 'amd64')
INDEX = 'main/binary-amd64/Packages'
FORMS = ('', '.gz', '.xz')
CONTENTS = 'main/Contents-amd64.gz'


def field(stanza, name):
    return re.search(rf'^{name}: (.*)$', stanza, re.M).group(1)


def debian_stanzas(most):
    """One stanza of each package: no two versions, whose order would need dpkg's rules here."""
    lists = sorted(LISTS.glob('*_main_binary-amd64_Packages*'), key=lambda path: path.stat().st_size)
    if not lists:
        sys.exit('bench: error: no Packages of Debian main in the apt lists\n'
                 'bench: hint: apt-get update')
    text = subprocess.run(['/usr/lib/apt/apt-helper', 'cat-file', lists[-1]], check=True,
                          capture_output=True, text=True).stdout
    stanzas = {field(stanza, 'Package'): stanza + '\n' for stanza in text.split('\n\n') if stanza}
    return list(stanzas.values())[:most]


def new_stanza(number):
    name = f'hallmark-bench-{number}'
    digest = hashlib.sha256(name.encode()).hexdigest()
    return (f'Package: {name}\nVersion: 1.0-1\nArchitecture: amd64\n'
            'Maintainer: nobody <nobody@example.org>\n'
            f'Filename: pool/main/h/{name}/{name}_1.0-1_amd64.deb\nSize: 1000\nSHA256: {digest}\n'
            'Description: a package more\n')


def made_up_paths(name):
    """Some few of most packages, thousands of some: about 90 on average, as in Debian main."""
    source = random.Random(name)
    folders = [f'usr/{source.choice(("share", "lib", "include"))}/{name}/{source.getrandbits(32):x}'
               for _ in range(3)]
    paths = {f'usr/share/doc/{name}/copyright', f'usr/share/doc/{name}/changelog.Debian.gz'}
    for number in range(min(int(source.lognormvariate(3.6, 1.3)) + 1, 5000)):
        paths.add(f'{source.choice(folders)}/{source.getrandbits(32):x}.{number}')
    return sorted(paths)


def listed(stanza):
    """What both programs keep of a package's paths: digest, name in Contents, a gzip member."""
    name = field(stanza, 'Package')
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    packed = packer.compress(''.join(f'{path}\n' for path in made_up_paths(name)).encode())
    return field(stanza, 'SHA256'), name, packed + packer.flush()


class IndexTerminal(BenchTerminal):
    """As `hallmark init --demo` makes it, but for Contents."""

    def __init__(self, programs, folder, contents):
        self.contents = contents
        super().__init__(programs, folder)

    def _several_suites(self):
        if self.contents:
            self.policy = json.loads((self.root / 'policy.json').read_text())
            self.want_contents('stable')
            self._forget_policy()

    def start(self):
        if self.contents:
            self.install_policy()
        else:
            self.start_agent()
        self.start_publisher()

    def add(self, stanzas):
        rows = [(*(field(stanza, name) for name in
                   ('Package', 'Version', 'Architecture', 'SHA256', 'Filename', 'Size')), stanza)
                for stanza in stanzas]
        with self._database('sign') as signer:
            signer.executemany(
                'INSERT INTO stanza(suite, component, architecture, package, version, '
                'package_architecture, sha256, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
                [(*PLACE, *row[:4], row[6]) for row in rows])
        with self._database('push') as publisher:
            publisher.executemany(
                'INSERT INTO pool_package(package, version, architecture, sha256, path, size, '
                'stanza) VALUES (?, ?, ?, ?, ?, ?, ?)', rows)
            publisher.executemany('INSERT INTO member(suite, component, path) VALUES (?, ?, ?)',
                                  [(*PLACE[:2], row[4]) for row in rows])
        if self.contents:
            paths = [listed(stanza) for stanza in stanzas]
            for owner in ('sign', 'push'):
                with self._database(owner) as database:
                    database.executemany('INSERT INTO deb_paths VALUES (?, ?, ?)', paths)

    def _database(self, owner):
        database = sqlite3.connect(self.root / owner / 'state.db')
        # Of each package there is one version: any order is dpkg's.
        database.create_collation('debversion', lambda a, b: (a > b) - (a < b))
        return database

    def compose(self):
        self.ask_publisher({'type': 'compose', 'suites': ['stable']})

    def sign(self):
        paths = [INDEX + form for form in FORMS] + [CONTENTS] * self.contents
        fds = [os.open(self.listed_file(path), os.O_RDONLY) for path in paths]
        client = Client(self.socket, 600)
        try:
            client.ask({'type': 'sign-apt-release', 'suite': 'stable', 'indices': paths}, fds)
        finally:
            client.close()
            for fd in fds:
                os.close(fd)

    def index(self, form):
        return self.listed_file(INDEX + form)

    def listed_file(self, path):
        return self.root / 'push' / 'tree' / 'dists' / 'stable' / path

    def end(self):
        self.publisher.kill()
        self.publisher.wait()
        super().end()


def seconds(act):
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def hash_and_write(terminal, folder):
    """The least that any program must do for these files."""
    for form in FORMS:
        data = terminal.index(form).read_bytes()
        target = folder / 'floor'

        def write(data=data, target=target):
            hashlib.sha256(data).digest()
            with open(target, 'wb') as file:
                file.write(data)
                os.fsync(file.fileno())
        yield seconds(write)


class Peak(threading.Thread):
    """Of a program and of its workers, which come and go: looked at again and again."""

    def __init__(self, process):
        super().__init__(daemon=True)
        self.pid, self.kib = process.pid, 0
        self.start()

    def run(self):
        while True:
            self.look()
            time.sleep(0.02)

    def look(self):
        try:
            workers = pathlib.Path(f'/proc/{self.pid}/task/{self.pid}/children').read_text().split()
            for pid in (self.pid, *workers):
                status = pathlib.Path(f'/proc/{pid}/status').read_text()
                self.kib = max(self.kib, int(re.search(r'VmHWM:\s+(\d+)', status).group(1)))
        except (OSError, AttributeError):  # it has ended
            pass


def measure(terminal, stanzas, runs, folder):
    rows = {}
    terminal.compose()  # makes the repository
    terminal.add(stanzas)
    rows['first: compose'] = [seconds(terminal.compose)]
    rows['first: sign'] = [seconds(terminal.sign)]
    one_more = {'compose': [], 'sign': []}
    for number in range(runs):
        terminal.add([new_stanza(number)])
        one_more['compose'].append(seconds(terminal.compose))
        time.sleep(1)  # two Releases of one second: the signer would wait, to give them two Dates
        one_more['sign'].append(seconds(terminal.sign))
    rows.update({f'one more package: {step}': times for step, times in one_more.items()})
    rows['nothing new: compose'] = [seconds(terminal.compose) for _ in range(runs)]
    rows['nothing new: sign'] = [seconds(terminal.sign) for _ in range(runs)]
    rows['floor: hash and write the three files'] = [
        sum(hash_and_write(terminal, folder)) for _ in range(runs)]
    return {name: statistics.median(times) for name, times in rows.items()}


def main():
    parser = argparse.ArgumentParser(prog='scripts/bench index')
    parser.add_argument('folder', type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument('--quick', action='store_true', help='1,000 packages: to see that it works')
    parser.add_argument('--json', action='store_true')
    parser.add_argument('--contents', action='store_true', help='with Contents')
    options = parser.parse_args()
    stanzas = debian_stanzas(1000 if options.quick else None)
    terminal = IndexTerminal(TOP / 'build' / 'release' / 'bin', options.folder, options.contents)
    try:
        terminal.start()
        peaks = {'hallmark-push': Peak(terminal.publisher), 'hallmark-sign': Peak(terminal.signer)}
        times = measure(terminal, stanzas, 3 if options.quick else 7, options.folder)
        memory = {name: peak.kib / 1024 for name, peak in peaks.items()}
        sizes = {f'Packages{form}': terminal.index(form).stat().st_size for form in FORMS}
        if options.contents:
            sizes['Contents.gz'] = terminal.listed_file(CONTENTS).stat().st_size
    finally:
        terminal.end()
    if options.json:
        print(json.dumps({'packages': len(stanzas), 'seconds': times, 'peak_mib': memory,
                          'bytes': sizes}, indent=2))
        return
    print(f'{len(stanzas):,} packages: ' + ', '.join(f'{name} {size / 1e6:.1f} MB'
                                                     for name, size in sizes.items()))
    for name, value in times.items():
        print(f'  {name:40} {value:8.3f} s')
    for name, value in memory.items():
        print(f'  {name + ", peak memory":40} {value:8.1f} MiB')


if __name__ == '__main__':
    main()
