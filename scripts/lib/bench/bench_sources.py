"""scripts/bench sources: real Debian sources pinned, fetched and built twice on a demo terminal; a row for each.

What is measured is the verdict; the times say how long one waits for it on this machine.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import time

# Small ones of Debian 12 that reproduce under all that is varied, as far as was known before; then three that
# libfaketime makes look as if they did not; and two that do not reproduce: the year is in one, the path in the other.
REPRODUCE = ['cowsay', 'hostname', 'cron', 'figlet', 'sl', 'tree', 'ed', 'hdparm', 'units', 'mawk', 'bc', 'byacc',
             'libmd', 'attr', 'dosfstools', 'dash', 'less', 'lzop', 'lzip', 'xxhash', 'sed']
FALSE_ALARMS = ['nano', 'patch', 'indent']
DIFFER = ['hello', 'lsof']
SUITE = 'bookworm'


def stanzas():
    """Of the machine's apt lists, Debian's own for this machine's architecture."""
    names = subprocess.run(['apt-get', 'indextargets', '--format', '$(FILENAME)', 'Created-By: Packages',
                            f'Codename: {SUITE}'], capture_output=True, text=True, check=True).stdout.split()
    for name in names:
        opened = subprocess.run(['/usr/lib/apt/apt-helper', 'cat-file', name], capture_output=True, check=True).stdout
        for stanza in opened.decode(errors='replace').split('\n\n'):
            yield dict(re.findall(r'^(Package|Version|Source): (.*)$', stanza, re.M))


def find_sources(wanted):
    """Source package: its version, and the binary packages that it brings."""
    found = {}
    for fields in stanzas():
        if 'Package' not in fields:
            continue
        source, _, version = fields.get('Source', fields['Package']).partition(' ')
        if source not in wanted:
            continue
        version = version.strip('()') or fields['Version']
        found.setdefault(source, (version, set()))[1].add(fields['Package'])
    missing = sorted(set(wanted) - set(found))
    if missing:
        sys.exit(f'bench: error: not in the machine\'s apt lists of {SUITE}: {" ".join(missing)}')
    return found


class Terminal:
    def __init__(self, programs, work):
        self.hallmark_path = programs / 'hallmark'
        self.root = work / 'terminal'
        self.call('init', '--demo', '--suite', 'stable')

    def call(self, *words):
        return subprocess.run([self.hallmark_path, '--root', self.root, *words], capture_output=True, text=True)

    def timed(self, *words):
        begin = time.monotonic()
        done = self.call('--json', *words)
        return done, time.monotonic() - begin

    def add_product(self, source, packages):
        target = {'suite': 'stable', 'component': 'main', 'architecture': 'amd64', 'environment': 'base'}
        product = {'format': 'hallmark-product-v1', 'name': source, 'origin': {'kind': 'dsc', 'package': source},
                   'environments': [{'name': 'base', 'suite': SUITE}], 'targets': [target],
                   'recipe': {'kind': 'deb', 'packages': sorted(packages)}}
        (self.root / f'releases/products/{source}.json').write_text(json.dumps(product))


def first_line(text, word):
    for line in text.splitlines():
        if word in line:
            return line.partition(word)[2].strip()
    return text.strip().splitlines()[-1] if text.strip() else 'said nothing'


def measure(terminal, source, version):
    row = {'source': source, 'version': version}
    for step in ('pin', 'fetch', 'build'):
        done, row[step] = terminal.timed(step, source, version)
        if done.returncode != 0:
            row['verdict'] = 'differs' if (step, done.returncode) == ('build', 3) else f'{step} failed'
            row['says'] = first_line(done.stderr, 'error: ')
            return row
    row['verdict'] = 'equal'
    row['says'] = f'{len(json.loads(done.stdout)["artefacts"])} package(s)'
    return row


def as_expected(row):
    wanted = 'differs' if row['source'] in DIFFER else 'equal'
    return row['verdict'] == wanted


def main():
    parser = argparse.ArgumentParser(prog='scripts/bench sources')
    parser.add_argument('programs', type=pathlib.Path)
    parser.add_argument('work', type=pathlib.Path)
    parser.add_argument('--json', action='store_true')
    parser.add_argument('names', nargs='*', metavar='NAME')
    options = parser.parse_args()
    names = options.names or REPRODUCE + FALSE_ALARMS + DIFFER
    known = find_sources(names)
    terminal = Terminal(options.programs, options.work)
    if not options.json:
        print('| source | verdict | | pin | fetch | build, twice |\n| --- | --- | --- | --- | --- | --- |')
    rows = []
    for name in names:
        version, packages = known[name]
        terminal.add_product(name, packages)
        row = measure(terminal, name, version)
        rows.append(row)
        if not options.json:
            times = [f'{row[step]:.0f} s' if step in row else '' for step in ('pin', 'fetch', 'build')]
            print(f'| {name} {version} | {row["verdict"]} | {row["says"]} | ' + ' | '.join(times) + ' |', flush=True)
    if options.json:
        print(json.dumps(rows, indent=1))
    unexpected = [row['source'] for row in rows if not as_expected(row)]
    if unexpected:
        sys.exit(f'bench: not as expected: {" ".join(unexpected)}')


main()
