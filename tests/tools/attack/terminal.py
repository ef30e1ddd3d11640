"""The terminal that is attacked: made by `hallmark init --demo`, with a policy of several suites, a
hallmark-sign that serves a socket, and the agent that the hallmark command itself starts."""
import base64
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

from apk_lab import sample
from attack import users
from attack.wire import Client, Closed, Refused

SUITES = ('stable', 'testing', 'listed', 'kept')
REBUILDERS = ('north', 'south')  # both are needed, where anything asks for them
ARCHITECTURES = ('amd64', 'arm64')
PATIENCE = 30  # seconds for a program to start


def run(*command, data=None):
    done = subprocess.run([str(word) for word in command], input=data, capture_output=True)
    if done.returncode != 0:
        raise RuntimeError(f'{" ".join(map(str, command))}: exit status {done.returncode}\n'
                           + done.stderr.decode(errors='replace'))
    return done.stdout


def wait_until(what, true):
    for _ in range(PATIENCE * 100):
        if true():
            return
        time.sleep(0.01)
    raise RuntimeError(f'{what}: did not happen in {PATIENCE} seconds')


def _child_of(pid):
    return int(pathlib.Path(f'/proc/{pid}/task/{pid}/children').read_text().split()[0])


class Terminal:
    def __init__(self, programs, folder, traced=None, fdroid=False, clients=None):
        """`traced`: a file for what strace says of the signer and of what it starts. `fdroid`: the
        policy has an F-Droid repository. `clients`: the policy's."""
        self.before = ['strace', '-f', '-qq', '-A', '-o', traced] if traced else []
        self.programs = pathlib.Path(programs)
        self.root = pathlib.Path(folder) / 'terminal'
        self.sockets = pathlib.Path(folder) / 'sockets'
        self.socket = self.sockets / 'sign'
        self.signer = self.keeper = self.silent = None
        keys = ('--apk-key', f'app:signs={sample.PACKAGE}', '--apk-key', 'repo') if fdroid else ()
        self.hallmark('init', '--demo', *keys)
        self.fdroid = {'name': 'Apps', 'description': 'Of a test', 'key': 'repo',
                       'address': 'https://apps.example.org/apk'} if fdroid else None
        self.clients = clients
        self._several_suites()
        self.sockets.mkdir()
        uid, gid = users.ids_of('hallmark-sign')
        os.chown(self.sockets, uid, gid)
        self.start_signer()

    def hallmark(self, *arguments):
        return run(self.programs / 'hallmark', '--root', self.root, *arguments)

    def _several_suites(self):
        """What init installed is forgotten: a terminal gets its policy once."""
        path = self.root / 'policy.json'
        self.policy = json.loads(path.read_text())
        first = self.policy['suites'][0]
        self.policy['suites'] = [dict(first, name=name, codename=name,
                                      architectures=list(ARCHITECTURES),
                                      contents=name == 'listed') for name in SUITES]
        self.policy['suites'][-1]['keep_versions'] = 1
        self.policy['rebuilders'] = [
            {'name': name, 'keys': [self.rebuilder(name).with_suffix('.pub').read_text().strip()]}
            for name in REBUILDERS]
        self.policy['rebuilders_needed'] = len(REBUILDERS)
        self.policy['evidence_levels'] = [{'product': 'tau', 'evidence': 'rebuilt'}]  # which nobody builds here
        if self.clients:
            self.policy['clients'] = self.clients
        if self.fdroid:
            self.policy['fdroid'] = self.fdroid
        path.write_text(json.dumps(self.policy))
        self._forget_policy()

    def _forget_policy(self):
        for name in ('state.db', 'state.db-wal', 'state.db-shm'):
            (self.root / 'sign' / name).unlink(missing_ok=True)
        shutil.rmtree(self.root / 'sign' / 'log')

    def rebuilder(self, name):
        """The file of a key that is elsewhere, in truth; anybody may be asked for."""
        folder = self.root / 'demo' / 'rebuilders'
        folder.mkdir(exist_ok=True)
        if not (folder / name).exists():
            run('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', folder / name)
        return folder / name

    def install_request(self):
        public = self.root / 'public'
        certificates = [{'name': key['name'], 'der_base64': base64.b64encode(
            (public / f'apk-{key["name"]}.der').read_bytes()).decode()}
            for key in self.policy['apk_keys']]
        return {'type': 'install-policy', 'policy': (self.root / 'policy.json').read_text(),
                'openpgp_keys': [(public / 'archive-keyring.asc').read_text()],
                'apk_certificates': certificates}

    def want_contents(self, suite):
        """Before the policy is installed."""
        for entry in self.policy['suites']:
            entry['contents'] = entry.get('contents', False) or entry['name'] == suite
        (self.root / 'policy.json').write_text(json.dumps(self.policy))

    def install_policy(self):
        """The signer makes sure that the log key is there: so the agent has to be."""
        if self.keeper is None:
            self.start_agents()
        self.ask(self.install_request())

    # --- The signer ---

    def start_signer(self, environment=None):
        self.signer = subprocess.Popen(
            [*map(str, self.before), str(self.programs / 'hallmark-sign'), '--root', str(self.root),
             '--socket', str(self.socket)], stderr=open(self.sockets / 'signer.err', 'ab'),
            env=dict(os.environ, **(environment or {})))
        wait_until('hallmark-sign answers', self._answers)
        # Its own rights let root and its own user in. Whoever gets past them has to be told from
        # the others by nothing else.
        os.chmod(self.socket, 0o666)

    def _answers(self):
        if self.signer.poll() is not None:
            raise RuntimeError('hallmark-sign ended: '
                               + (self.sockets / 'signer.err').read_text()[-500:])
        try:
            self.ask({'type': 'status'})
        except (OSError, Closed):
            return False
        return True

    def stop_signer(self, how=signal.SIGTERM):
        os.kill(self.signer_pid(), how)
        self.signer.wait()
        self.socket.unlink(missing_ok=True)

    def restart_signer(self, demo=True):
        self.stop_signer()
        path = self.root / 'terminal.json'
        path.write_text(json.dumps(dict(json.loads(path.read_text()), demo=demo)))
        self.start_signer()

    def signer_pid(self):
        return _child_of(self.signer.pid) if self.before else self.signer.pid

    def is_alive(self):
        return self.signer.poll() is None

    def ask(self, body, fds=()):
        client = Client(self.socket)
        try:
            return client.ask(body, fds)
        finally:
            client.close()

    def log(self):
        path = self.root / 'sign' / 'log' / 'release.log'
        return [json.loads(line) for line in path.read_text().splitlines()]

    # --- The agents ---

    def start_agents(self):
        """The command runs both agents for as long as it waits for an answer of hallmark-sign: here
        from somebody who never gives one."""
        path = self.root / 'run' / 'hallmark-sign.sock'
        self.silent = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.silent.bind(str(path))
        self.silent.listen(1)
        self.keeper = subprocess.Popen(
            [self.programs / 'hallmark', '--root', self.root, 'keys', 'list'],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.silent.settimeout(PATIENCE)
        self.connection, _ = self.silent.accept()
        path.unlink()

    def restart_agents(self):
        self.keeper.kill()  # and with it the agents
        self.keeper.wait()
        self.connection.close()
        self.start_agents()

    def agent_pid(self):
        return _child_of(self.keeper.pid)

    def end(self):
        for process in (self.signer, self.keeper):
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()


def tried(act):
    """What came of it: ('ok', answer), or ('policy', words) and the like."""
    try:
        return 'ok', act()
    except Refused as refused:
        return refused.kind, str(refused)
