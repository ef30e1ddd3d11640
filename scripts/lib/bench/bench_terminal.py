"""A demo terminal with both of its servers on sockets, for the benches."""
import pathlib
import subprocess
import sys
import time

TOP = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(TOP / 'tests' / 'tools'))
from attack.terminal import Terminal  # noqa: E402
from attack.wire import Client  # noqa: E402


class BenchTerminal(Terminal):
    def start_publisher(self):
        folder = self.sockets.with_name('push-sockets')
        folder.mkdir()
        subprocess.run(['chown', 'hallmark-push:', folder], check=True)
        self.push_socket = folder / 'push'
        self.publisher = subprocess.Popen([self.programs / 'hallmark-push', '--root', self.root,
                                           '--socket', self.push_socket])
        while not self.push_socket.exists():
            time.sleep(0.01)

    def ask_publisher(self, body, fds=()):
        client = Client(self.push_socket, 600)
        try:
            return client.ask(body, fds)
        finally:
            client.close()
