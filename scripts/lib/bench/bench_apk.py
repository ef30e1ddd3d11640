"""Signing and verifying APKs: `hallmark apk` beside Debian's apksigner, and plain SHA-256 of the
same file as the floor: sha256sum(1), and openssl(1) for the fastest code there is. Whole commands, as a person types them; the files are in the page cache.

scripts/bench apk runs this.
"""
import argparse
import dataclasses
import json
import pathlib
import platform
import re
import statistics
import subprocess
import sys
import time

TOP = pathlib.Path(__file__).resolve().parents[3]
TOOLS = TOP / 'tests' / 'tools'
sys.path.insert(0, str(TOOLS))
from apk_lab.keys import KeyRing  # noqa: E402
from apk_lab.terminal import Programs, Terminal  # noqa: E402
from agent_alone import SIGNATURES, AgentAlone  # noqa: E402

MB = 1_000_000
SCHEMES = ['v1', 'v2', 'v3', 'v4']
# What they are called here and in the policy.
KEYS = {'RSA-4096': 'rsa4096', 'RSA-2048': 'rsa2048', 'P-256': 'p256'}
# Reading and hashing the file, and nothing else.
FLOORS = {'sha256sum': ['sha256sum'], 'openssl_sha256': ['openssl', 'dgst', '-sha256']}
# How many times faster than apksigner, by file and operation.
GOALS = {('5 MB', 'sign'): 10, ('5 MB', 'verify'): 10,
         ('200 MB', 'sign'): 3, ('200 MB', 'verify'): 5}


@dataclasses.dataclass
class File:
    name: str       # says how large the APK is
    size: float     # of its contents
    entries: int
    deflated: float
    libraries: int
    runs: int
    # Made anew for each run: who signs an APK for the first time writes into state and log. What
    # that takes is lost in the time of a large one.
    anew: bool = True


# Half of the entries, or more, deflate to about a fifth: contents are larger than the file.
FILES = [File('5 MB', 7.5 * MB, 300, 0.5, 2, 11), File('2,000 entries', 70 * MB, 2000, 0.7, 8, 7),
         File('200 MB', 333 * MB, 400, 0.5, 20, 5, anew=False)]
QUICK = [File('5 MB', 7.5 * MB, 300, 0.5, 2, 3)]


@dataclasses.dataclass
class Measurement:
    """Of one command, run several times."""
    seconds: list = dataclasses.field(default_factory=list)
    kib: list = dataclasses.field(default_factory=list)

    @property
    def median(self):
        return statistics.median(self.seconds)

    @property
    def mib(self):
        return max(self.kib) / 1024


class Stopwatch:
    """Runs commands under time(1): what it starts has not this program's own memory, which Linux
    would count. The memory is that of the largest process of the command, not the sum of all."""

    def __init__(self, folder):
        self.report = folder / 'time'

    def run(self, command, into=None):
        command = ['/usr/bin/time', '-o', self.report, '-f', '%M', *command]
        start = time.perf_counter()
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
        seconds = time.perf_counter() - start
        if done.returncode != 0:
            sys.exit(f'bench: {" ".join(map(str, command[5:]))}: exit status {done.returncode}\n'
                     f'{done.stdout[-2000:]}{done.stderr[-2000:]}')
        if into is not None:
            into.seconds.append(seconds)
            into.kib.append(int(self.report.read_text().split()[-1]))


class Bench:
    def __init__(self, folder, build, test_build):
        self.folder = folder
        self.watch = Stopwatch(folder)
        ring = KeyRing(folder / 'keys')
        self.keys = {name: ring.get(entry) for name, entry in KEYS.items()}
        plans = [f'{entry}:{entry}:signs={package(entry)}:schemes={"+".join(SCHEMES)}'
                 for entry in KEYS.values()]
        self.terminal = Terminal(folder / 'terminal', plans, Programs(build, test_build))
        self.agent = AgentAlone(self.terminal.root, folder)
        self.version_code = 0
        self.rows = []

    def run(self, file):
        for key in self.keys:
            unsigned = self._make(file, key)
            floors = self._measure_all(file, {
                name: ([*command, unsigned], []) for name, command in FLOORS.items()})
            signed = self._sign(file, key, unsigned)
            self._row(file, key, 'sign', floors, signed, unsigned)
            self._agent_row(file, key, signed)
            self._row(file, key, 'verify', floors, self._verify(file), unsigned)

    def _make(self, file, key):
        entry = KEYS[key]
        self.version_code += 1
        unsigned = self.folder / 'unsigned.apk'
        subprocess.run([TOOLS / 'make_apk', unsigned, '--size', str(int(file.size)), '--entries',
                        str(file.entries), '--deflated', str(file.deflated), '--libraries',
                        str(file.libraries), '--min-sdk', '21', '--package', package(entry),
                        '--version-code', str(self.version_code)], check=True)
        self.terminal.accept(unsigned, entry)
        return unsigned

    def _sign(self, file, key, unsigned):
        ours, theirs = self.folder / 'ours.apk', self.folder / 'theirs.apk'
        enabled = [f'--{scheme}-signing-enabled' for scheme in SCHEMES]
        pair = self.keys[key]
        return self._measure_all(file, {
            'ours': (self.terminal.sign_command(KEYS[key], unsigned, ours),
                     [ours, idsig(ours)]),
            'theirs': (['apksigner', 'sign', '--key', pair.pk8, '--cert', pair.certificate_file,
                        *(word for option in enabled for word in (option, 'true')),
                        '--in', unsigned, '--out', theirs], [theirs, idsig(theirs)])},
            (lambda: self._make(file, key)) if file.anew else None)

    def _agent_row(self, file, key, signed):
        """The part of signing that is gpg-agent's, and how many times apksigner's time that is: no
        signer with its keys there has a higher ratio."""
        self.agent.sign(KEYS[key])
        alone = statistics.median(self.agent.sign(KEYS[key]) for _ in range(file.runs))
        theirs = signed['theirs'].median
        self.rows.append({
            'file': file.name, 'operation': f'of it, the agent alone: {SIGNATURES} signatures',
            'key': key, 'runs': file.runs, 'hallmark_seconds': round(alone, 4),
            'apksigner_seconds': round(theirs, 4), 'ratio': round(theirs / alone, 1)})

    def _verify(self, file):
        """Both verify what we signed."""
        apk = self.folder / 'ours.apk'
        return self._measure_all(file, {
            'ours': ([self.terminal.hallmark, 'apk', 'verify', '--idsig', idsig(apk), apk], []),
            'theirs': (['apksigner', 'verify', '--v4-signature-file', idsig(apk), apk], [])})

    def _measure_all(self, file, commands, renew=None):
        """In turn, so that what else the machine does meets all alike; once before, unmeasured, so
        that the file is in memory. `commands`: name: (command, files that it makes). `renew` makes
        the file that they read."""
        measured = {name: Measurement() for name in commands}
        for i in range(file.runs + 1):
            if renew is not None:
                renew()
            for name, (command, made) in commands.items():
                for path in made:
                    path.unlink(missing_ok=True)
                self.watch.run(command, measured[name] if i else None)
        return measured

    def _row(self, file, key, operation, floors, measured, unsigned):
        ours, theirs = measured['ours'], measured['theirs']
        goal = GOALS.get((file.name, operation))
        ratio = theirs.median / ours.median
        self.rows.append({
            'file': file.name, 'bytes': unsigned.stat().st_size, 'operation': operation, 'key': key,
            'runs': file.runs, 'hallmark_seconds': round(ours.median, 4),
            'apksigner_seconds': round(theirs.median, 4), 'ratio': round(ratio, 1), 'goal': goal,
            'goal_met': None if goal is None else ratio >= goal,
            **{f'{name}_seconds': round(floor.median, 4) for name, floor in floors.items()},
            **{f'times_{name}': round(ours.median / floor.median, 1)
               for name, floor in floors.items()},
            'hallmark_mib': round(ours.mib, 1), 'apksigner_mib': round(theirs.mib, 1)})


def package(entry):
    return f'org.example.bench.{entry}'


def idsig(apk):
    return apk.with_name(apk.name + '.idsig')


def said(*command):
    done = subprocess.run(command, capture_output=True, text=True, cwd=TOP)
    return (done.stdout + done.stderr).strip()


def surroundings(hallmark):
    cpu = re.search(r'model name\s*: (.*)', pathlib.Path('/proc/cpuinfo').read_text())
    memory = int(re.search(r'MemTotal: +(\d+)', pathlib.Path('/proc/meminfo').read_text())[1])
    system = re.search(r'PRETTY_NAME="(.*)"', pathlib.Path('/etc/os-release').read_text())
    commit = said('git', 'describe', '--always', '--dirty')
    return {'machine': f'{cpu[1] if cpu else platform.machine()}, {len_cpus()} cores, '
                       f'{memory >> 20} GiB',
            'system': f'{system[1]}, Linux {platform.release()}',
            'hallmark': f'{said(hallmark, "--version")} ({commit}), release preset',
            'apksigner': said('dpkg-query', '-W', '-f', '${Version}', 'apksigner'),
            'java': said('java', '-version').splitlines()[0],
            'gpg-agent': said('gpg-agent', '--version').splitlines()[0],
            'openssl': said('openssl', 'version'),
            'sha256sum': said('sha256sum', '--version').splitlines()[0],
            'date': time.strftime('%Y-%m-%d')}


def len_cpus():
    return len(re.findall(r'^processor', pathlib.Path('/proc/cpuinfo').read_text(), re.M))


COLUMNS = ['file', 'size', '', 'key', 'Hallmark', 'apksigner', 'ratio', 'goal', 'sha256sum',
           'ours / sha256sum', 'openssl dgst -sha256', 'ours / openssl', 'peak memory, ours', 'theirs']


def markdown(facts, rows):
    lines = [f'- {name}: {text}' for name, text in facts.items()] + ['']
    for cells in [COLUMNS, ['---'] * len(COLUMNS), *map(cells_of, rows)]:
        lines.append('| ' + ' | '.join(cells) + ' |')
    return '\n'.join(lines)


def cells_of(row):
    if 'bytes' not in row:
        return [row['file'], '', row['operation'], row['key'], f'{row["hallmark_seconds"]:.3f} s',
                f'{row["apksigner_seconds"]:.3f} s', f'at most {row["ratio"]:.1f}', *[''] * 7]
    goal = '' if row['goal'] is None else f'{row["goal"]}x, ' + (
        'met' if row['goal_met'] else '**missed**')
    return [row['file'], f'{row["bytes"] / MB:.1f} MB', row['operation'], row['key'],
            f'{row["hallmark_seconds"]:.3f} s', f'{row["apksigner_seconds"]:.3f} s',
            f'{row["ratio"]:.1f}', goal, f'{row["sha256sum_seconds"]:.3f} s',
            f'{row["times_sha256sum"]:.1f}', f'{row["openssl_sha256_seconds"]:.3f} s',
            f'{row["times_openssl_sha256"]:.1f}', f'{row["hallmark_mib"]:.0f} MiB',
            f'{row["apksigner_mib"]:.0f} MiB']


def main():
    parser = argparse.ArgumentParser(prog='scripts/bench apk')
    parser.add_argument('folder')
    parser.add_argument('--quick', action='store_true')
    parser.add_argument('--json', action='store_true')
    parser.add_argument('--build', default=TOP / 'build' / 'release')
    parser.add_argument('--test-build', default=TOP / 'build' / 'test')
    options = parser.parse_args()
    bench = Bench(pathlib.Path(options.folder), options.build, options.test_build)
    for file in QUICK if options.quick else FILES:
        bench.run(file)
        print(f'bench: {file.name} done', file=sys.stderr)
    bench.agent.close()
    facts = surroundings(bench.terminal.hallmark)
    if options.json:
        print(json.dumps({**facts, 'rows': bench.rows}, indent=2))
    else:
        print(markdown(facts, bench.rows))


if __name__ == '__main__':
    main()
