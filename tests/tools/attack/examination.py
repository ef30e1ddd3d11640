"""Carries the groups of attacks out, one after another, against one terminal. After each group an
honest request has to work as if nothing had happened."""
import os

from attack import (group_approval, group_around, group_build, group_index, group_policy)
from attack.attempts import Row, carry_out
from attack.terminal import Terminal, run
from attack.wire import memory_file

GROUPS = ('policy', 'index', 'approval', 'build', 'around')


class Examination:
    def __init__(self, programs, folder):
        self.folder = folder
        self.rows = []
        self.terminal = Terminal(programs, folder)

    def run(self, groups):
        terminal = self.terminal
        if 'policy' in groups:
            self._carry_out(group_policy.attacks(terminal))
        terminal.install_policy()
        terminal.start_agent()
        self.suites = group_index.Suites(terminal)
        self._honest()
        for group in groups:
            self._carry_out(getattr(self, f'_{group}')())
            self._honest()

    def _policy(self):
        return group_policy.later_attacks(self.terminal)

    def _index(self):
        return group_index.attacks(self.suites)

    def _approval(self):
        return group_approval.attacks(group_approval.Forger(self.terminal, self.folder))

    def _build(self):
        return group_build.attacks(self.terminal)

    def _around(self):
        yield from group_around.attacks(self.terminal)
        self.rows.append(group_around.what_the_signer_can(self.terminal))
        os.chmod(self.terminal.socket, 0o660)
        yield from group_around.by_default_attacks(self.terminal)
        self.terminal.restart_signer(demo=False)
        yield from group_around.own_user_attacks(self.terminal)
        self.terminal.restart_signer(demo=True)

    def _carry_out(self, attacks):
        for attack in attacks:
            self.rows += carry_out(self.terminal, attack)

    def _honest(self):
        """The suite is signed, and gpgv says by whom."""
        group = self.rows[-1].group if self.rows else 'policy'
        row = Row(group, 'an honest request afterwards', ['root'], 'is answered', 'no')
        try:
            body, files = self.suites.honest_request()
            fds = [memory_file(data) for data in files]
            answer = self.terminal.ask(body, fds)
            for fd in fds:
                os.close(fd)
            self._verify(answer['inrelease'])
        except Exception as error:
            row.outcome, row.fault = 'is not answered', f'{type(error).__name__}: {error}'
        self.rows.append(row)

    def _verify(self, inrelease):
        keyring = self.folder / 'keyring.gpg'
        armored = (self.terminal.root / 'public' / 'archive-keyring.asc').read_bytes()
        keyring.write_bytes(run('gpg', '--batch', '--dearmor', data=armored))
        signed = self.folder / 'InRelease'
        signed.write_text(inrelease)
        run('gpgv', '--quiet', '--keyring', keyring, signed)


def examine(programs, folder, groups):
    examination = Examination(programs, folder)
    try:
        examination.run(groups)
    finally:
        examination.terminal.end()
    return examination.rows
