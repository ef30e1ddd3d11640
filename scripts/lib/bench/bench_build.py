"""scripts/bench build: how long a build waits before its compiler runs, and what the sandbox costs it, beside sbuild,
mmdebstrap and a bare chroot. One Debian source, one environment, in one run; medians.

A compiler is known by its process, cc1; a build in the sandbox by bwrap. Both are looked for every 2 ms, and what else
the machine compiles at that time spoils the figures.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import threading
import time

# The first has nothing before its compiler, the second compiles for some time.
SHORT, LONG = 'figlet', 'lzop'
SUITE = 'bookworm'
# How many times faster than the peer; of the sandbox, what it may add to a build.
GOALS = {'lock to compiler': 5, 'environment': None, 'sandbox': 0.03}


class ProcessWatch:
    """The times in which processes of this name were there, as pairs of begin and end."""

    def __init__(self, name):
        self.name = name.encode() + b'\n'
        self.times = []
        self._end = threading.Event()

    def __enter__(self):
        # Those that run before the clock does are somebody else's.
        self._before = set(self._matching())
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._end.set()
        self._thread.join()

    @property
    def first(self):
        return self.times[0][0]

    @property
    def longest_two(self):
        return sorted(sorted(end - begin for begin, end in self.times)[-2:])

    def _matching(self):
        for entry in os.listdir('/proc'):
            if not entry.isdigit():
                continue
            try:
                with open(f'/proc/{entry}/comm', 'rb') as comm:
                    if comm.read() == self.name:
                        yield entry
            except OSError:
                continue

    def _look(self):
        there = False
        while not self._end.is_set():
            now = time.monotonic()
            was, there = there, any(pid not in self._before for pid in self._matching())
            if there and not was:
                self.times.append([now, now])
            if there:
                self.times[-1][1] = now
            time.sleep(0.002)


def run(command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    if done.returncode != 0:
        sys.exit(f'bench: {" ".join(map(str, command))}: exit status {done.returncode}\n'
                 f'{done.stdout[-2000:]}{done.stderr[-2000:]}')
    return done


class Terminal:
    def __init__(self, programs, work):
        self.hallmark = programs / 'hallmark'
        self.root = work / 'terminal'
        self.call('init', '--demo', '--suite', 'stable')

    def call(self, *words):
        return run([self.hallmark, '--root', self.root, *words])

    def forget(self, *, environments=False, unpacked=False):
        """What was built, and what it was built in, or that alone which it was unpacked to."""
        shutil.rmtree(self.root / 'build/out', ignore_errors=True)
        if environments:
            shutil.rmtree(self.root / 'build/environments', ignore_errors=True)
        if unpacked:
            for folder in (self.root / 'build/environments').glob('*[!r]'):
                shutil.rmtree(folder)


class Product:
    def __init__(self, terminal, name):
        self.terminal, self.name = terminal, name
        target = {'suite': 'stable', 'component': 'main', 'architecture': architecture(), 'environment': 'base'}
        product = {'format': 'hallmark-product-v1', 'name': name, 'origin': {'kind': 'dsc', 'package': name},
                   'environments': [{'name': 'base', 'suite': SUITE}], 'targets': [target],
                   'recipe': {'kind': 'deb', 'packages': [name]}}
        (terminal.root / f'releases/products/{name}.json').write_text(json.dumps(product))
        self.version = source_version(name)
        for step in ('pin', 'fetch'):
            terminal.call(step, name, self.version)
        lock = terminal.root / f'releases/products/{name}/{self.version}.lock.json'
        self.lock = json.loads(lock.read_text())
        self.tar = self._newest_environment()

    def _newest_environment(self):
        folder = self.terminal.root / 'build/environments'
        return max(folder.glob('*.tar'), key=lambda path: path.stat().st_mtime)

    def build(self, **forgotten):
        """Seconds until the compiler ran, and of the shorter of its two builds in the sandbox."""
        self.terminal.forget(**forgotten)
        begin = time.monotonic()
        with ProcessWatch('cc1') as compiler, ProcessWatch('bwrap') as sandbox:
            self.terminal.call('build', self.name, self.version)
        return compiler.first - begin, sandbox.longest_two[0]

    def quarantined(self, sha256):
        return self.terminal.root / 'fetch/quarantine/sha256' / sha256[:2] / sha256

    def put_source(self, folder):
        """Its files under their names; the .dsc's path."""
        folder.mkdir()
        for file in self.lock['source']['files']:
            shutil.copy(self.quarantined(file['sha256']), folder / file['name'])
        folder.chmod(0o755)
        return folder / self.lock['source']['files'][0]['name']

    def put_pool(self, folder):
        """The environment's packages, as a flat archive."""
        folder.mkdir()
        for package in self.lock['environments'][0]['packages']:
            name = f'{package["name"]}_{package["version"]}_{package["architecture"]}.deb'.replace(':', '%3a')
            shutil.copy(self.quarantined(package['sha256']), folder / name)
        index = run(['dpkg-scanpackages', '--multiversion', '.'], cwd=folder).stdout
        (folder / 'Packages').write_text(index)


def architecture():
    return run(['dpkg', '--print-architecture']).stdout.strip()


def source_version(name):
    """Of the package's candidate, which may have been built again under a version of its own."""
    candidate = run(['apt-cache', 'show', '--no-all-versions', name]).stdout
    fields = dict(re.findall(r'^(Version|Source): (.*)$', candidate, re.M))
    of_source = re.search(r'\((.*)\)', fields.get('Source', ''))
    return of_source.group(1) if of_source else fields['Version']


def build_with_sbuild(work, tar, dsc):
    """Seconds until its compiler runs, in a fresh copy of the tarball."""
    folder = work / 'sbuild'
    begin = time.monotonic()
    with ProcessWatch('cc1') as compiler:
        run(['setpriv', '--reuid', 'builder', '--regid', 'builder', '--init-groups', 'env', '-i', f'HOME={folder}',
             'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'LOGNAME=builder', 'USER=builder',
             'sbuild', '--chroot-mode=unshare', f'--chroot={tar}', f'--dist={SUITE}', '--no-run-lintian',
             '--no-run-autopkgtest', '--no-run-piuparts', '--no-apt-update', '--no-apt-upgrade',
             '--no-apt-distupgrade', '--no-clean-source', dsc], cwd=folder)
    return compiler.first - begin


def make_with_mmdebstrap(pool, work, packages):
    """Seconds for the same packages in an environment, by mmdebstrap and nothing else."""
    include = ','.join(f'{package["name"]}={package["version"]}' for package in packages)
    begin = time.monotonic()
    run(['mmdebstrap', '--quiet', '--variant=custom', '--format=tar', f'--include={include}', '--dpkgopt=force-unsafe-io',
         '', work / 'peer.tar', f'deb [trusted=yes] copy://{pool} ./'])
    return time.monotonic() - begin


def build_in_chroot(root, dsc):
    """Seconds to unpack and build it in the same environment, with nothing around it."""
    folder = root / 'bench'
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(dsc.parent, folder)
    begin = time.monotonic()
    run(['chroot', root, 'env', '-i', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root', 'LC_ALL=C.UTF-8',
         f'DEB_BUILD_OPTIONS=parallel={os.cpu_count()}', 'sh', '-c',
         f'cd /bench && dpkg-source --no-check -x {dsc.name} source && cd source && dpkg-buildpackage -us -uc -b'])
    return time.monotonic() - begin


def make_sbuild_tarball(tar):
    """What sbuild's own manual has one make, with the build-dependencies in it; from the machine's apt sources."""
    sources = [path for path in [pathlib.Path('/etc/apt/sources.list'),
                                 *pathlib.Path('/etc/apt/sources.list.d').glob('*')] if path.is_file()]
    run(['mmdebstrap', '--quiet', '--variant=buildd', '--include=debhelper,fakeroot', SUITE, tar, *sources])
    tar.chmod(0o644)


def measure_start(product, work, runs):
    dsc = product.put_source(work / 'short')
    peer_tar = work / 'sbuild.tar'
    make_sbuild_tarball(peer_tar)
    product.build()  # unpacks the environment; what is measured is one that was built in before
    ours, theirs = [], []
    for _ in range(runs):
        ours.append(product.build()[0])
        theirs.append(build_with_sbuild(work, peer_tar, dsc))
    return row('lock to compiler', 'sbuild from a tarball', ours, theirs)


def measure_environment(product, work, runs):
    """What a build takes longer when it has to make its environment's tar file."""
    pool = work / 'pool'
    product.put_pool(pool)
    ours, theirs = [], []
    for _ in range(runs):
        made = product.build(environments=True)[0]
        ours.append(made - product.build(unpacked=True)[0])
        theirs.append(make_with_mmdebstrap(pool, work, product.lock['environments'][0]['packages']))
    return row('environment', 'mmdebstrap', ours, theirs)


def measure_sandbox(product, work, runs):
    dsc = product.put_source(work / 'long')
    root = work / 'root'
    root.mkdir()
    run(['tar', '-xf', product.tar, '-C', root])
    ours, theirs = [], []
    for _ in range(runs):
        ours.append(product.build()[1])
        theirs.append(build_in_chroot(root, dsc))
    return row('sandbox', 'chroot', ours, theirs)


def row(what, peer, ours, theirs):
    ours, theirs = statistics.median(ours), statistics.median(theirs)
    return {'what': what, 'hallmark_seconds': round(ours, 2), 'peer': peer, 'peer_seconds': round(theirs, 2),
            'ratio': round(theirs / ours, 2), 'goal': GOALS[what]}


def print_table(rows):
    print('| | Hallmark | peer | | ratio |\n| --- | --- | --- | --- | --- |')
    for entry in rows:
        print(f'| {entry["what"]} | {entry["hallmark_seconds"]:.2f} s | {entry["peer"]} | '
              f'{entry["peer_seconds"]:.2f} s | {entry["ratio"]:.2f} |')


def main():
    parser = argparse.ArgumentParser(prog='scripts/bench build')
    parser.add_argument('programs', type=pathlib.Path)
    parser.add_argument('work', type=pathlib.Path)
    parser.add_argument('--json', action='store_true')
    parser.add_argument('--quick', action='store_true')
    options = parser.parse_args()
    runs = 1 if options.quick else 5
    shutil.chown(options.work / 'sbuild', 'builder')
    terminal = Terminal(options.programs.resolve(), options.work)
    short, long = Product(terminal, SHORT), Product(terminal, LONG)
    start, sandbox = measure_start(short, options.work, runs), measure_sandbox(long, options.work, runs)
    # Last, since it forgets the environments of both.
    environment = measure_environment(short, options.work, min(runs, 3))
    rows = [start, environment, sandbox]
    if options.json:
        print(json.dumps(rows, indent=1))
    else:
        print_table(rows)


main()
