"""Runs fuzz targets for a given CPU time each, and adds up what was run: see scripts/fuzz."""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys

BUILD = pathlib.Path('build/fuzz')
SEEDS = pathlib.Path('tests/fuzz/corpus')
LEDGER = BUILD / 'ledger'
JOBS = 2
MOST_FINDINGS = 10  # of one target in one run: more of the same help nobody
LIMITS = ['-rss_limit_mb=2048', '-timeout=20', '-print_final_stats=1']
SANITISERS = {'ASAN_OPTIONS': 'detect_leaks=1:allocator_may_return_null=1',
              'UBSAN_OPTIONS': 'print_stacktrace=1:halt_on_error=1'}


def target_names():
    return sorted(path.name.removesuffix('_fuzz.cpp')
                  for path in pathlib.Path('tests/fuzz').glob('*_fuzz.cpp'))


class Target:
    def __init__(self, name):
        self.name = name
        self.work = BUILD / 'work' / name
        self.findings = BUILD / 'findings' / name
        for folder in (self.work, self.findings):
            folder.mkdir(parents=True, exist_ok=True)
        self.log = BUILD / 'work' / f'{name}.log'
        self.cpu = self.executions = self.coverage = self.found = 0

    def fuzz(self, seconds):
        """Slices, until the CPU time is spent: a slice's own limit is of time on the wall, and ends
        early with a finding."""
        before = self.finding_count()
        while seconds - self.cpu >= 1 and self.finding_count() - before < MOST_FINDINGS:
            self._slice(max(1, round(seconds - self.cpu)))
        self.found = self.finding_count() - before
        return self

    def finding_count(self):
        return sum(1 for _ in self.findings.iterdir())

    def _slice(self, seconds):
        command = [BUILD / 'tests/fuzz' / f'{self.name}_fuzz', f'-max_total_time={seconds}', *LIMITS,
                   f'-artifact_prefix={self.findings}/', self.work, SEEDS / self.name]
        with open(self.log, 'wb') as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **SANITISERS})
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        self.cpu += usage.ru_utime + usage.ru_stime
        text = self.log.read_text(errors='replace')
        executed = re.findall(r'stat::number_of_executed_units: (\d+)', text) or \
            re.findall(r'^#(\d+)', text, re.M)
        self.executions += int(executed[-1]) if executed else 0
        self.coverage = max([self.coverage, *map(int, re.findall(r' cov: (\d+) ', text))])
        if process.returncode != 0 and not executed:
            sys.exit(f'fuzz: error: {self.name} does not run; see {self.log}')

    def record(self):
        return {'target': self.name, 'cpu_seconds': round(self.cpu, 1), 'executions': self.executions,
                'coverage': self.coverage, 'findings': self.found, 'commit': commit(),
                'corpus': sum(1 for _ in self.work.iterdir())}


def commit():
    done = subprocess.run(['git', 'describe', '--always', '--dirty'], capture_output=True, text=True)
    return done.stdout.strip() or 'unknown'


def show(records):
    print(f'{"target":24} {"CPU time":>10} {"executions":>14} {"edges":>7} {"corpus":>7} findings')
    for record in records:
        minutes, seconds = divmod(round(record['cpu_seconds']), 60)
        hours, minutes = divmod(minutes, 60)
        print(f'{record["target"]:24} {hours:4}:{minutes:02}:{seconds:02} {record["executions"]:14,} '
              f'{record["coverage"]:7} {record["corpus"]:7} {record["findings"]}')


def total():
    """The ledger's lines of each target, added up."""
    sums = {}
    for line in LEDGER.read_text().splitlines() if LEDGER.exists() else []:
        record = json.loads(line)
        before = sums.get(record['target'])
        if before:
            for key in ('cpu_seconds', 'executions', 'findings'):
                record[key] += before[key]
        sums[record['target']] = record
    return [sums[name] for name in sorted(sums)]


def run(names, minutes):
    records = []
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        for done in pool.map(lambda name: Target(name).fuzz(minutes * 60), names):
            records.append(done.record())
            with open(LEDGER, 'a') as ledger:
                ledger.write(json.dumps(records[-1]) + '\n')
            if done.found:
                print(f'fuzz: {done.name}: {done.found} finding(s) in {done.findings}', file=sys.stderr)
    return records


def main():
    parser = argparse.ArgumentParser(prog='scripts/fuzz')
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument('--minutes', type=float, help='CPU time for each target')
    what.add_argument('--total', action='store_true', help='what was fuzzed so far')
    parser.add_argument('names', nargs='*', metavar='NAME')
    options = parser.parse_args()
    unknown = set(options.names) - set(target_names())
    if unknown:
        parser.error(f'no fuzz target {", ".join(sorted(unknown))}')
    if options.total:
        show(total())
        return 0
    records = run(options.names or target_names(), options.minutes)
    show(records)
    return 1 if any(record['findings'] for record in records) else 0


if __name__ == '__main__':
    sys.exit(main())
