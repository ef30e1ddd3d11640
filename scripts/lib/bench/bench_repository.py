"""Making and growing a repository: hallmark-push beside apt-ftparchive, reprepro and aptly.

The same packages, small and made up, come as a folder of .debs; what is measured ends with Packages
and its gz and xz forms on disk, in the folder that would be served. Nobody signs. First import: an
empty repository gets all packages but a few; then each of those is added, one at a time. Which
packages each program then has in its index is compared.

Ours has everything on the disk (fsync) and under by-hash names when it says so. Of the others, the
Release file is in the measurement: ours is written by the signer, which checks all of it
(scripts/bench index).

scripts/bench repository runs this.
"""
import argparse
import dataclasses
import gzip
import io
import json
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import tarfile
import time

SECTIONS = ('utils', 'net', 'devel', 'libs')


@dataclasses.dataclass
class Scale:
    packages: int
    adds: int


def tar_gz(members):
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode='w', format=tarfile.USTAR_FORMAT) as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size, info.mode, info.uname, info.gname = len(data), 0o644, 'root', 'root'
            archive.addfile(info, io.BytesIO(data))
    return gzip.compress(plain.getvalue(), 1, mtime=0)


def deb(control, body):
    out = [b'!<arch>\n']
    members = (('debian-binary', b'2.0\n'), ('control.tar.gz', tar_gz([('./control', control)])),
               ('data.tar.gz', tar_gz([('./usr/share/data', body)])))
    for name, data in members:
        out.append(b'%-16s%-12d%-6d%-6d%-8s%-10d`\n' % (name.encode(), 0, 0, 0, b'100644', len(data)))
        out.append(data + b'\n' * (len(data) % 2))
    return b''.join(out)


def make_package(folder, number, source):
    """Stanzas of about the size and variety of Debian's."""
    name = f'package-{number}'
    version = f'{source.randint(0, 9)}.{source.randint(0, 99)}-{source.randint(1, 9)}'
    depends = [f'package-{source.randrange(number)} (>= 0.{source.randint(0, 9)})'
               for _ in range(source.randint(0, 8)) if number > 0]
    lines = [f'Package: {name}', f'Version: {version}', 'Architecture: amd64', 'Priority: optional',
             'Maintainer: Somebody <somebody@example.org>', f'Section: {source.choice(SECTIONS)}',
             f'Installed-Size: {source.randint(1, 9999)}']
    if depends:
        lines.append('Depends: ' + ', '.join(depends))
    words = ' '.join(f'{source.getrandbits(40):x}' for _ in range(source.randint(2, 20)))
    lines += [f'Homepage: https://example.org/{name}', f'Description: package {number}', f' {words}', '']
    path = folder / f'{name}_{version}_amd64.deb'
    path.write_bytes(deb('\n'.join(lines).encode(), source.randbytes(2048)))
    return path


class Hallmark:
    name = 'hallmark'
    version = ('hallmark', '--version')

    def __init__(self, folder):
        self.root = folder / 'terminal'
        self.environment = {'PATH': os.environ['PATH'], 'HALLMARK_ROOT': str(self.root)}
        self._hallmark('init', '--demo')

    def add(self, paths, folder):
        self._hallmark('repo', 'include', 'stable', *([folder] if folder else paths))
        self._hallmark('repo', 'compose', 'stable')

    def packages(self):
        return index_of(self.root / 'push/tree/dists/stable/main/binary-amd64')

    def _hallmark(self, *arguments):
        run(['hallmark', *arguments], self.environment)


class AptFtparchive:
    """Its pool is copied by hand, as its users do; its cache of what it has hashed is on."""
    name = 'apt-ftparchive'
    version = ('apt-ftparchive', '--version')

    def __init__(self, folder):
        self.folder = folder
        (folder / 'pool').mkdir()
        (folder / 'dists/stable/main/binary-amd64').mkdir(parents=True)
        (folder / 'cache').mkdir()
        (folder / 'conf').write_text(
            f'Dir {{ ArchiveDir "{folder}"; CacheDir "{folder}/cache"; }};\n'
            'Default { Packages { Extensions ".deb"; }; };\n'
            'TreeDefault { Directory "pool"; BinCacheDB "packages.db"; };\n'
            'Tree "dists/stable" { Sections "main"; Architectures "amd64"; Contents " "; };\n'
            'Default::Packages::Compress ". gzip xz";\n')

    def add(self, paths, folder):
        for path in sorted(folder.iterdir()) if folder else paths:
            shutil.copy(path, self.folder / 'pool')
        run(['apt-ftparchive', 'generate', self.folder / 'conf'])
        release = run(['apt-ftparchive', 'release', self.folder / 'dists/stable'])
        (self.folder / 'dists/stable/Release').write_text(release)

    def packages(self):
        return index_of(self.folder / 'dists/stable/main/binary-amd64')


class Reprepro:
    name = 'reprepro'
    version = ('reprepro', '--version')

    def __init__(self, folder):
        self.folder = folder
        (folder / 'conf').mkdir()
        (folder / 'conf/distributions').write_text(
            'Codename: stable\nArchitectures: amd64\nComponents: main\nDebIndices: Packages Release . .gz .xz\n')

    def add(self, paths, folder):
        every = sorted(folder.iterdir()) if folder else paths
        run(['reprepro', '--silent', '-b', self.folder, 'includedeb', 'stable', *every])

    def packages(self):
        return index_of(self.folder / 'dists/stable/main/binary-amd64')


class Aptly:
    """It writes gz and bz2 and no xz."""
    name = 'aptly'
    version = ('aptly', 'version')

    def __init__(self, folder):
        self.folder = folder
        config = folder / 'aptly.conf'
        config.write_text(json.dumps({'rootDir': str(folder), 'architectures': ['amd64'],
                                      'gpgDisableSign': True, 'skipContentsPublishing': True}))
        self.aptly = ['aptly', f'-config={config}']
        run([*self.aptly, 'repo', 'create', 'main'])
        self.published = False

    def add(self, paths, folder):
        run([*self.aptly, 'repo', 'add', 'main', *([folder] if folder else paths)])
        options = ['-skip-signing', '-skip-contents']
        if self.published:
            run([*self.aptly, 'publish', 'update', *options, 'stable'])
        else:
            run([*self.aptly, 'publish', 'repo', *options, '-distribution=stable', '-acquire-by-hash', 'main'])
        self.published = True

    def packages(self):
        return index_of(self.folder / 'public/dists/stable/main/binary-amd64')


def index_of(folder):
    text = (folder / 'Packages').read_text()
    return {line.removeprefix('Package: ') for line in text.splitlines() if line.startswith('Package: ')}


def run(command, environment=None):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          env=environment or {'PATH': os.environ['PATH'], 'HOME': '/nonexistent'})
    if done.returncode != 0:
        sys.exit(f'bench: {command[0]}: exit status {done.returncode}\n{done.stderr[-2000:]}')
    return done.stdout


def timed(program, paths, folder):
    os.sync()
    start = time.perf_counter()
    program.add(paths, folder)
    return time.perf_counter() - start


def compare(work, scale):
    source = random.Random(scale.packages)
    first, later = work / 'first', work / 'later'
    for folder in (first, later):
        folder.mkdir()
    for number in range(scale.packages):
        make_package(first, number, source)
    added = [make_package(later, scale.packages + i, source) for i in range(scale.adds)]
    programs, rows = [], []
    for kind in (Hallmark, AptFtparchive, Reprepro, Aptly):
        folder = work / kind.name
        folder.mkdir(mode=0o755)
        programs.append(kind(folder))
    imports = {program.name: timed(program, [], first) for program in programs}
    print('bench: first import done', file=sys.stderr)
    adds = {program.name: [] for program in programs}
    # In turn, so that what else the machine does meets all alike.
    for path in added:
        for program in programs:
            adds[program.name].append(timed(program, [path], None))
    wanted = {path.name.split('_')[0] for path in (*first.iterdir(), *later.iterdir())}
    for program in programs:
        if program.packages() != wanted:
            sys.exit(f'bench: {program.name} has other packages than it was given')
        rows.append({'program': program.name, 'version': run(program.version).split('\n')[0].strip(),
                     'packages': scale.packages, 'first_import_seconds': round(imports[program.name], 3),
                     'add_one_seconds': round(statistics.median(adds[program.name]), 3), 'adds': scale.adds})
    for row in rows:
        row['import_ratio'] = round(row['first_import_seconds'] / rows[0]['first_import_seconds'], 2)
        row['add_ratio'] = round(row['add_one_seconds'] / rows[0]['add_one_seconds'], 2)
    return rows


def show(rows):
    print(f'{"":16} {"first import":>14} {"ratio":>7} {"one more":>10} {"ratio":>7}   version')
    for row in rows:
        print(f'{row["program"]:16} {row["first_import_seconds"]:12.2f} s {row["import_ratio"]:6.1f}x '
              f'{row["add_one_seconds"]:8.3f} s {row["add_ratio"]:6.1f}x   {row["version"]}')


def main():
    parser = argparse.ArgumentParser(prog='scripts/bench repository')
    parser.add_argument('--quick', action='store_true')
    parser.add_argument('--json', action='store_true')
    parser.add_argument('--packages', type=int, help='how many (default: 10,000)')
    parser.add_argument('work', type=pathlib.Path)
    arguments = parser.parse_args()
    scale = Scale(200, 2) if arguments.quick else Scale(10000, 7)
    scale.packages = arguments.packages or scale.packages
    rows = compare(arguments.work, scale)
    if arguments.json:
        print(json.dumps(rows, indent=2))
    else:
        show(rows)


if __name__ == '__main__':
    main()
