"""Carries the groups of attacks out, one after another, against one terminal. After each group an
honest request has to work as if nothing had happened."""
import os

from attack import (group_agents, group_apk, group_approval, group_around, group_build,
                    group_checksums, group_clock, group_contents, group_disk, group_fdroid, group_files, group_heartbeat,
                    group_index, group_keyring, group_late, group_people, group_policy,
                    group_promote, group_protocol, group_rebuild, group_retired, group_siblings,
                    group_sources, group_trouble)
from attack.attempts import Row, carry_out
from attack.release import Release, deb
from attack.terminal import Terminal, run
from attack.wire import memory_file

GROUPS = ('policy', 'index', 'heartbeat', 'sources', 'contents', 'retired', 'approval', 'people',
          'build', 'keyring', 'promote', 'rebuild', 'apk', 'fdroid', 'checksums', 'files', 'protocol', 'trouble',
          'siblings', 'clock', 'around', 'agents')


class Examination:
    def __init__(self, programs, folder, traced):
        self.folder = folder
        self.rows = []
        self.terminal = Terminal(programs, folder, traced, fdroid=True,
                                 clients=group_keyring.CLIENTS)

    def run(self, groups):
        terminal = self.terminal
        if 'policy' in groups:
            self._carry_out(group_policy.attacks(terminal))
            terminal.restart_signer()  # forgets how much was refused to whom
            self._carry_out(group_policy.release_attacks(terminal))
            terminal.restart_signer()
            terminal.start_agents()
            self._carry_out(group_policy.take_overs(terminal, self.folder))
        terminal.install_policy()
        self.suites = group_index.Suites(terminal)
        self._honest()
        for group in groups:
            terminal.restart_signer()
            self._carry_out(getattr(self, f'_{group}')())
            self._honest()

    def _policy(self):
        return group_policy.later_attacks(self.terminal)

    def _index(self):
        return group_index.attacks(self.suites)

    def _heartbeat(self):
        older = group_heartbeat.Older(self.suites)
        yield from group_heartbeat.attacks(older)
        self.rows.append(older.handed_in())

    def _sources(self):
        return group_sources.attacks(self.suites)

    def _contents(self):
        return group_contents.attacks(self.terminal)

    def _retired(self):
        return group_retired.attacks(self.terminal)

    def _approval(self):
        return group_approval.attacks(group_approval.Forger(self.terminal, self.folder))

    def _people(self):
        return group_people.attacks(self.terminal, self.folder)

    def _build(self):
        return group_build.attacks(self.terminal)

    def _keyring(self):
        return group_keyring.attacks(self.terminal)

    def _promote(self):
        return group_promote.attacks(self.terminal)

    def _rebuild(self):
        return group_rebuild.attacks(self.terminal)

    def _apk(self):
        return group_apk.attacks(group_apk.App(self.terminal))

    def _fdroid(self):
        return group_fdroid.attacks(group_fdroid.Repository(self.terminal))

    def _checksums(self):
        return group_checksums.attacks(group_checksums.Lists(self.terminal))

    def _files(self):
        return group_files.attacks(self.suites)

    def _protocol(self):
        yield from group_protocol.attacks(self.terminal)
        self.rows.append(group_protocol.ten_thousand_connections(self.terminal))
        self.rows.append(group_protocol.ten_thousand_refusals(self.terminal))

    def _trouble(self):
        self.rows += group_disk.rows(self.suites)
        self.rows.append(group_trouble.killed(self.terminal, 'signing a suite',
                                              *self.suites.honest_request()))
        release = Release(self.terminal, 'iota', '1.0', [deb('iota')], suite='testing')
        self.rows.append(group_trouble.killed(
            self.terminal, 'accepting a build', release.accept_request(),
            [data for _, data in release.artefacts]))
        return ()

    def _siblings(self):
        yield from group_siblings.attacks(self.suites, self.folder)
        yield from group_late.attacks(self.suites, self.folder)

    def _clock(self):
        yield from group_clock.attacks(self.suites)
        self.rows.append(group_clock.approved_jumps(self.suites))

    def _around(self):
        yield from group_around.attacks(self.terminal)
        self.rows.append(group_around.what_the_signer_can(self.terminal))
        os.chmod(self.terminal.socket, 0o660)
        yield from group_around.by_default_attacks(self.terminal)
        self.terminal.restart_signer(demo=False)
        yield from group_around.own_user_attacks(self.terminal)
        self.terminal.restart_signer(demo=True)

    def _agents(self):
        yield from group_agents.attacks(self.terminal)
        self.rows += group_agents.rows(self.terminal, self.folder)

    def _carry_out(self, attacks):
        for attack in attacks:
            if self.terminal.before:  # strace is slow, and to the kernel all users are one
                attack.users = attack.users[:1]
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


def examine(programs, folder, groups, traced=None):
    examination = Examination(programs, folder, traced)
    try:
        examination.run(groups)
    finally:
        examination.terminal.end()
    return examination.rows
