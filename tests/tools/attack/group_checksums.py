"""SHA256SUMS of a release, and what is attested of it: of what was accepted and signed, and of nothing that a client
says."""
from attack.attempts import Attack, request
from attack.group_apk import make_apk, recipe
from attack.group_promote import Asker
from attack.release import Release, deb, digest
from attack.wire import Client, memory_file

GROUP = 'checksums'


def sign_request(release, **changes):
    return dict({'type': 'sign-checksums', 'product': release.product, 'version': release.version}, **changes)


def attest_request(release, **changes):
    return dict({'type': 'sign-attestation', 'product': release.product, 'version': release.version}, **changes)


class Lists:
    """sampi 1.0 stands and has a list, sampi 2.0 had one and was called back, sampi 3.0 never was accepted;
    app 150 is accepted and not signed."""

    def __init__(self, terminal):
        self.terminal = terminal
        self.standing, self.withdrawn, self.never = (
            Release(terminal, 'sampi', version, [deb('sampi', version)], suite='testing') for version in ('1.0', '2.0', '3.0'))
        self.app = Release(terminal, 'app', '150', [('app.apk', make_apk(version_code=150))], suite='testing',
                           recipe=recipe())
        for release in (self.standing, self.withdrawn, self.app):
            release.accept()
        self.list = terminal.ask(sign_request(self.standing))['sums']
        self.attestation = terminal.ask(attest_request(self.standing))['attestation']
        terminal.ask(sign_request(self.withdrawn))
        terminal.ask(Asker(terminal).withdrawal(self.withdrawn))


def _own(lists, body, key, expected):
    """The answer must be the signer's own text, whatever else the request holds."""
    def act(terminal):
        client = Client(terminal.socket)
        fd = memory_file(_forged(lists).encode())
        answer = client.ask(body, [fd])
        client.close()
        if answer[key] != expected:
            raise RuntimeError('the text is another')
        return answer
    return act


def _forged(lists):
    return lists.list + f'{digest("evil")}  evil_1.0_all.deb\n'


def attacks(lists):
    standing = lists.standing

    def refused(name, expected, body):
        return Attack(GROUP, name, expected, request(body))

    yield refused('a version that was never accepted', 'release-was-accepted', sign_request(lists.never))
    yield refused('a product that was never accepted', 'release-was-accepted', sign_request(standing, product='bank'))
    yield refused('a release that was called back', 'release-is-not-withdrawn', sign_request(lists.withdrawn))
    yield refused('an app that was accepted, and not signed', 'apks-are-signed', sign_request(lists.app))
    for name, changes in {'a product that leads out': {'product': '../sampi'},
                          'a version that leads out': {'version': '../../log'},
                          'a version with a line after it': {'version': f'1.0\n{digest("evil")}  evil.deb'}}.items():
        yield refused(name, 'request-can-be-read', sign_request(standing, **changes))
    yield refused('a digest in place of a release', "error: lacks the text 'product'",
                  {'type': 'sign-checksums', 'sha256': digest('evil')})
    yield refused('a version that is no text', "error: lacks the text 'version'", sign_request(standing, version=1))
    yield refused('the bytes of a list, to sign', 'request-is-permitted', {'type': 'sign-sums', 'sums': _forged(lists)})
    for name, changes in {"a list of the client's own": {'sums': _forged(lists), 'openpgp': '', 'sshsig': ''},
                          "another namespace": {'namespace': 'hallmark-approval@v1'},
                          "files of the client's own": {'files': [{'name': 'evil.deb', 'sha256': digest('evil')}]}}.items():
        yield Attack(GROUP, name, 'ok', _own(lists, sign_request(standing, **changes), 'sums', lists.list))
    yield refused('an attestation of what was never accepted', 'release-was-accepted', attest_request(lists.never))
    yield refused('an attestation of what was called back', 'release-is-not-withdrawn', attest_request(lists.withdrawn))
    yield refused('an attestation of an app that was not signed', 'apks-are-signed', attest_request(lists.app))
    yield refused('an attestation of a product that leads out', 'request-can-be-read',
                  attest_request(standing, product='../sampi'))
    for name, changes in {"a statement of the client's own": {'statement': '{}', 'predicate': {}},
                          'better evidence': {'evidence': 'rebuilt'},
                          "another's lock": {'lock': digest('evil')}}.items():
        yield Attack(GROUP, f'an attestation with {name}', 'ok',
                     _own(lists, attest_request(standing, **changes), 'attestation', lists.attestation))
