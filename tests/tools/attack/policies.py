"""Changes of the terminal's policy, approved by everybody, and back to what it was."""
import json

from attack.group_promote import Asker
from attack.release import digest


class Policies:
    def __init__(self, terminal, reason):
        """`reason`: a comment of the changed policies, since none comes into force twice."""
        self.terminal, self.reason, self.asker = terminal, reason, Asker(terminal)
        self.alone = (terminal.root / 'policy.json').read_text().split(' //')[0]
        self.changes = 0

    def text(self, change):
        """What the first policy becomes."""
        policy = json.loads(self.alone)
        change(policy)
        self.changes += 1
        return json.dumps(policy) + f' // change {self.changes} for {self.reason}'

    def request(self, text, people):
        statement = self.asker.statement('policy', [f'policy: sha256:{self.asker.policy}',
                                                    f'new-policy: sha256:{digest(text)}'])
        return self.asker.approved(
            {'type': 'change-policy', 'policy': text, 'openpgp_keys': [], 'apk_certificates': []},
            statement, people)

    def bring(self, change, people=('alice', 'bob', 'carol')):
        text = self.text(change)
        self.terminal.ask(self.request(text, people))
        (self.terminal.root / 'policy.json').write_text(text)
        self.asker.policy = digest(text)

    def bring_back(self, people=('alice', 'bob', 'carol')):
        self.bring(lambda policy: None, people)
