"""Storing files on a host: hallmark-push's transfer beside rsync and OpenSSH's sftp, over the same
sshd, near and far away.

Ours alone has each file on the host's disk (fsync) before it gets its name. rsync is run as it
comes, and with --fsync, which it does before it renames as well. What is sent is random, the
destination empty each time, and a far host is one behind delay_proxy.py.

scripts/bench push runs this.
"""
import argparse
import contextlib
import dataclasses
import hashlib
import json
import os
import pathlib
import random
import shutil
import socket
import statistics
import subprocess
import sys
import time

TOP = pathlib.Path(__file__).resolve().parents[3]
PROXY = TOP / 'scripts' / 'lib' / 'bench' / 'delay_proxy.py'
MIB = 1 << 20
ROUND_TRIPS = (0, 100)  # milliseconds
FAR_SFTP_FILES = 50     # at 100 ms OpenSSH's sftp would need half an hour for all


@dataclasses.dataclass
class Load:
    name: str
    files: int
    size: int
    runs: int


LOADS = [Load('5,000 files of 16 KiB', 5000, 16 << 10, 5), Load('1 GiB in one file', 1, 1 << 30, 3)]
QUICK = [Load('200 files of 16 KiB', 200, 16 << 10, 1), Load('16 MiB in one file', 1, 16 * MIB, 1)]


class Files:
    def __init__(self, folder, load):
        self.folder = folder / f'load-{load.files}'
        self.load = load
        self.paths = [f'pool/main/b/package{i:04}/package{i:04}_1.0-1_amd64.deb'
                      for i in range(load.files)]
        source = random.Random(load.files)
        lines = []
        for path in self.paths:
            file = self.folder / path
            file.parent.mkdir(parents=True)
            digest = hashlib.sha256()
            with open(file, 'wb') as out:
                for _ in range(max(1, load.size // MIB)):
                    part = source.randbytes(min(load.size, MIB))
                    digest.update(part)
                    out.write(part)
            lines.append(f'{digest.hexdigest()}  {path}\n')
        self.manifest = folder / f'load-{load.files}.sha256'
        self.manifest.write_text(''.join(lines))


class Host:
    """An sshd that lets one key in, and its agent."""

    def __init__(self, folder, stack):
        self.folder = folder
        self.store = folder / 'home' / 'store'
        for name in ('host_key', 'user_key'):
            subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', name, '-f',
                            folder / name], check=True)
        shutil.copy(folder / 'user_key.pub', folder / 'authorized_keys')
        os.chmod(folder / 'authorized_keys', 0o644)
        self.port = self._start_sshd(stack)
        self.ports = {0: self.port}
        self.agent = folder / 'agent'
        stack.enter_context(running(['ssh-agent', '-D', '-a', self.agent]))
        wait_for(self.agent.exists)
        self.environment = {'PATH': os.environ['PATH'], 'SSH_AUTH_SOCK': str(self.agent)}
        subprocess.run(['ssh-add', '-q', folder / 'user_key'], env=self.environment, check=True)

    def _start_sshd(self, stack):
        # sshd takes no port 0: the first that is free of some.
        for port in random.sample(range(20000, 32000), 20):
            config = self.folder / 'sshd_config'
            config.write_text(f'ListenAddress 127.0.0.1\nPort {port}\nHostKey {self.folder}/host_key\n'
                              f'AuthorizedKeysFile {self.folder}/authorized_keys\nStrictModes no\n'
                              'PasswordAuthentication no\nKbdInteractiveAuthentication no\n'
                              'UsePAM no\nPidFile none\nSubsystem sftp internal-sftp\n')
            sshd = stack.enter_context(
                running(['/usr/sbin/sshd', '-D', '-e', '-f', config], self.folder / 'sshd.log'))
            with contextlib.suppress(TimeoutError):
                wait_for(lambda: sshd.poll() is not None or answers(port))
            if sshd.poll() is None:
                return port
        sys.exit('bench: error: sshd does not start')

    def put_behind(self, round_trip, stack):
        proxy = stack.enter_context(running(
            [sys.executable, PROXY, str(self.port), str(round_trip / 2)], output=subprocess.PIPE))
        self.ports[round_trip] = int(proxy.stdout.readline())

    def empty(self):
        shutil.rmtree(self.store, ignore_errors=True)
        self.store.mkdir()
        shutil.chown(self.store, 'bench', 'bench')
        os.sync()

    def ssh_options(self, round_trip):
        key = ' '.join((self.folder / 'host_key.pub').read_text().split()[:2])
        known = self.folder / 'known_hosts'
        known.write_text(f'bench-host {key}\n')
        return ['-F', 'none', '-o', f'Port={self.ports[round_trip]}', '-o', f'UserKnownHostsFile={known}',
                '-o', 'HostKeyAlias=bench-host', '-o', 'BatchMode=yes']


@contextlib.contextmanager
def running(command, log=None, output=subprocess.DEVNULL):
    with open(log or os.devnull, 'ab') as errors:
        process = subprocess.Popen([str(word) for word in command], stdout=output, stderr=errors,
                                   text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def answers(port):
    with contextlib.suppress(OSError), socket.create_connection(('127.0.0.1', port), 1):
        return True
    return False


def wait_for(condition):
    for _ in range(100):
        if condition():
            return
        time.sleep(0.05)
    raise TimeoutError


class Bench:
    def __init__(self, folder, tools, runs):
        self.folder = folder
        self.runs = runs
        self.tools = tools
        self.rows = []

    def run(self, loads):
        with contextlib.ExitStack() as stack:
            host = Host(self.folder, stack)
            for round_trip in ROUND_TRIPS[1:]:
                host.put_behind(round_trip, stack)
            for load in loads:
                files = Files(self.folder, load)
                for round_trip in ROUND_TRIPS:
                    self._compare(host, files, round_trip)
                    print(f'bench: {load.name} at {round_trip} ms done', file=sys.stderr)
                shutil.rmtree(files.folder)

    def _compare(self, host, files, round_trip):
        load = files.load
        most = min(load.runs, self.runs or load.runs)
        far = round_trip > 0 and load.files > FAR_SFTP_FILES
        sftp_files = FAR_SFTP_FILES if far else load.files
        ways = {
            'hallmark-push': (self._ours(host, files, round_trip), load.files, most),
            'rsync': (self._rsync(host, files, round_trip), load.files, most),
            'rsync --fsync': (self._rsync(host, files, round_trip, '--fsync'), load.files, most),
            'sftp': (self._sftp(host, files, round_trip, sftp_files), sftp_files, 1 if far else most),
        }
        seconds = {name: [] for name in ways}
        # In turn, so that what else the machine does meets all alike.
        for i in range(most):
            for name, (command, count, runs) in ways.items():
                if i < runs:
                    seconds[name].append(self._measure(host, command, files, count))
        ours = statistics.median(seconds['hallmark-push']) / load.files
        for name, (_, count, runs) in ways.items():
            median = statistics.median(seconds[name])
            self.rows.append({
                'load': load.name, 'round_trip_ms': round_trip, 'program': name, 'runs': runs,
                'files': count, 'seconds': round(median, 3),
                'files_per_second': round(count / median, 1),
                'megabytes_per_second': round(count * load.size / median / 1e6, 1),
                'ours_is_faster_by': round(median / count / ours, 2)})

    def _measure(self, host, command, files, count):
        host.empty()
        start = time.perf_counter()
        done = subprocess.run([str(word) for word in command], env=host.environment,
                              capture_output=True, text=True)
        seconds = time.perf_counter() - start
        if done.returncode != 0:
            sys.exit(f'bench: {command[0]}: exit status {done.returncode}\n{done.stderr[-2000:]}')
        stored = [path for path in files.paths[:count]
                  if (host.store / path).is_file()
                  and (host.store / path).stat().st_size == files.load.size]
        if len(stored) != count:
            sys.exit(f'bench: {command[0]} stored {len(stored)} of {count} files')
        return seconds

    def _ours(self, host, files, round_trip):
        return [self.tools / 'push_files', '127.0.0.1', host.ports[round_trip], 'bench',
                host.folder / 'host_key.pub', host.store, files.folder, files.manifest]

    def _rsync(self, host, files, round_trip, *options):
        ssh = ' '.join(['ssh', *host.ssh_options(round_trip)])
        return ['rsync', '--archive', '--whole-file', *options, '--rsh', ssh, f'{files.folder}/',
                f'bench@127.0.0.1:{host.store}/']

    def _sftp(self, host, files, round_trip, count):
        """The folders in one go, then file after file: what a script with sftp does."""
        batch = self.folder / f'batch-{files.load.files}-{count}'
        paths = [pathlib.PurePath(path) for path in files.paths[:count]]
        folders = dict.fromkeys(str(folder) for path in paths for folder in reversed(path.parents))
        lines = [f'-mkdir {host.store}/{folder}' for folder in folders if folder != '.']
        lines += [f'put {files.folder}/{path} {host.store}/{path}' for path in paths]
        batch.write_text('\n'.join(lines) + '\n')
        return ['sftp', '-q', *host.ssh_options(round_trip), '-b', batch, 'bench@127.0.0.1']


def said(*command):
    done = subprocess.run(command, capture_output=True, text=True, cwd=TOP)
    return (done.stdout + done.stderr).strip()


def surroundings():
    cpu = [line.split(':')[1].strip() for line in pathlib.Path('/proc/cpuinfo').read_text().splitlines()
           if line.startswith('model name')]
    return {'machine': f'{cpu[0] if cpu else "?"}, {len(cpu)} cores',
            'hallmark': said('git', 'describe', '--always', '--dirty'),
            'ssh': said('ssh', '-V'),
            'rsync': said('rsync', '--version').splitlines()[0],
            'date': time.strftime('%Y-%m-%d')}


COLUMNS = ['load', 'round trip', '', 'files/s', 'MB/s', 'seconds', 'we are faster by']


def markdown(facts, rows):
    lines = [f'- {name}: {text}' for name, text in facts.items()] + ['']
    cells = [[row['load'], f'{row["round_trip_ms"]} ms', row['program'], f'{row["files_per_second"]:,.1f}',
              f'{row["megabytes_per_second"]:,.1f}', f'{row["seconds"]:.2f}',
              f'{row["ours_is_faster_by"]:.2f}' if row['program'] != 'hallmark-push' else '']
             for row in rows]
    return '\n'.join(lines + ['| ' + ' | '.join(line) + ' |'
                              for line in [COLUMNS, ['---'] * len(COLUMNS), *cells]])


def main():
    parser = argparse.ArgumentParser(prog='scripts/bench push')
    parser.add_argument('folder')
    parser.add_argument('--quick', action='store_true')
    parser.add_argument('--json', action='store_true')
    parser.add_argument('--runs', type=int, help='at most so many of each')
    parser.add_argument('--tools', default=TOP / 'build' / 'test' / 'tests' / 'tools')
    options = parser.parse_args()
    bench = Bench(pathlib.Path(options.folder), pathlib.Path(options.tools), options.runs)
    bench.run(QUICK if options.quick else LOADS)
    if options.json:
        print(json.dumps({**surroundings(), 'rows': bench.rows}, indent=2))
    else:
        print(markdown(surroundings(), bench.rows))


if __name__ == '__main__':
    main()
