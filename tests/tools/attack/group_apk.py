"""APKs: accepted and signed only as what they are, for the application's own key."""
import hashlib
import os
import pathlib
import tempfile
import threading

from apk_lab import sample
from attack.attempts import Attack, request
from attack.release import Release
from attack.wire import Client, Refused, memory_file

GROUP = 'APK'
OTHER_APPLICATION = 'org.example.bank'


def make_apk(**shape):
    with tempfile.TemporaryDirectory(prefix='attack-') as folder:
        path = pathlib.Path(folder) / 'app.apk'
        sample.write(path, sample.Shape(size=20_000, entries=4, libraries=0, **shape))
        return path.read_bytes()


def recipe(package=sample.PACKAGE):
    return {'kind': 'apk', 'script': 'build.sh', 'outputs': ['app.apk'], 'package': package,
            'key': 'app'}


class App:
    """Version codes 1 and 2 are accepted."""

    def __init__(self, terminal):
        self.terminal = terminal
        self.old, self.new = make_apk(version_code=1), make_apk(version_code=2)
        for version, data in (('1', self.old), ('2', self.new)):
            self.release(version, data).accept()
        self.signed = _signed(terminal, self.new, sign_request(self.new))

    def release(self, version, data, product='app', package=sample.PACKAGE):
        return Release(self.terminal, product, version, [('app.apk', data)], suite='testing',
                       recipe=recipe(package))


def sign_request(data, **changes):
    return dict({'type': 'sign-apk', 'artefact': hashlib.sha256(data).hexdigest()}, **changes)


# The file is what it turns out to be.
UNNAMED = {'type': 'sign-apk'}


def _accept_attacks(app):
    debuggable = make_apk(version_code=9, application='android:debuggable="true"')
    other = make_apk(version_code=9, package=OTHER_APPLICATION)
    mapped = 'application-is-mapped-to-its-key'
    again = make_apk(version_code=2, seed=7)
    yield 'an APK of another application', mapped, app.release('9', other)
    yield 'an APK of another application, as the product says', mapped, app.release(
        '9', other, 'bank', OTHER_APPLICATION)
    yield 'a version code that was used, with other bytes', 'version-code-rises', app.release(
        '2.again', again)
    yield 'a lower version code', 'version-code-rises', app.release(
        '0', make_apk(version_code=1, seed=7))
    yield 'a debuggable APK', 'application-is-not-debuggable', app.release('9.debug', debuggable)
    yield 'an APK that is none', 'artefacts-fit-the-recipe', app.release('10', b'PK\3\4' + bytes(99))
    yield 'an APK that is cut', 'artefacts-fit-the-recipe', app.release('11', app.new[:-1])


def _sign_attacks(app):
    new, empty = app.new, b''
    accepted, files = 'apk-was-accepted', 'output-is-an-empty-file'
    yield 'an APK that was never accepted', accepted, sign_request(b'never'), (b'never', empty)
    yield 'an unnamed APK that was never accepted', accepted, UNNAMED, (b'never', empty)
    yield 'an unnamed APK that is as long as an accepted one', accepted, UNNAMED, (
        new[:-1] + b'x', empty)
    yield 'other bytes under an accepted digest', 'apk-has-the-accepted-bytes', sign_request(new), (
        app.old, empty)
    yield 'a byte more than was accepted', 'apk-has-the-accepted-bytes', sign_request(new), (
        new + b'x', empty)
    yield 'a version that was overtaken', 'version-code-is-the-newest', sign_request(app.old), (
        app.old, empty)
    yield "another product's name for it", accepted, sign_request(new, product='bank'), (new, empty)
    yield 'another key', 'application-keeps-its-key', sign_request(new, key='other'), (new, empty)
    yield 'an APK as a bundle', 'bundle-was-accepted', sign_request(new, type='sign-aab'), (new, empty)
    yield 'an output with something in it', files, sign_request(new), (new, b'x')
    yield 'an output that is a FIFO', files, sign_request(new), (new, _pipe)
    yield 'an output that is the folder', files, sign_request(new), (
        new, lambda: os.open('/', os.O_RDONLY))
    yield 'no output', 'error: two or three files', sign_request(new), (new,)
    yield 'a digest that is none', accepted, sign_request(new, artefact='../app'), (new, empty)


def _pipe():
    reader, writer = os.pipe()
    os.close(reader)
    return writer


def swapped(app, body, rounds=12):
    """The file is written to for as long as the signer reads it."""
    def act(terminal):
        forged = app.old.ljust(len(app.new), b'\0')[:len(app.new)]
        refused = None
        for _ in range(rounds):
            try:
                if _signed(terminal, app.new, body, forged) != app.signed:
                    return 'something else was signed'
            except Refused as refusal:
                refused = refusal
        if refused is None:
            raise RuntimeError(f'never caught in {rounds} rounds; what was signed was accepted')
        raise refused
    return act


def _signed(terminal, data, body, meanwhile=None):
    apk, out = memory_file(data), memory_file(b'')
    stop = threading.Event()

    def write():
        while not stop.is_set():
            os.pwrite(apk, meanwhile, 0)
            os.pwrite(apk, data, 0)

    writer = threading.Thread(target=write)
    if meanwhile:
        writer.start()
    try:
        return Client(terminal.socket).ask(body, [apk, out])['sha256']
    finally:
        stop.set()
        if meanwhile:
            writer.join()
        os.close(apk)
        os.close(out)


def attacks(app):
    for name, rule, release in _accept_attacks(app):
        yield Attack(GROUP, f'accepting {name}', rule,
                     request(release.accept_request(), [data for _, data in release.artefacts]))
    for name, rule, body, files in _sign_attacks(app):
        yield Attack(GROUP, f'signing {name}', rule, request(body, files))
    yield Attack(GROUP, 'an APK that is written to while the signer reads it',
                 'apk-has-the-accepted-bytes|error: never caught',
                 swapped(app, sign_request(app.new)))
    yield Attack(GROUP, 'an unnamed APK that is written to while the signer reads it',
                 'apk-was-accepted|error: never caught', swapped(app, UNNAMED))
    yield Attack(GROUP, 'the lineage of a key that was never rotated', 'key-took-over-from-another',
                 request({'type': 'sign-apk-lineage', 'key': 'app'}))
    yield Attack(GROUP, 'the lineage of a key that is not in the policy', 'key-is-in-the-policy',
                 request({'type': 'sign-apk-lineage', 'key': '../app'}))
