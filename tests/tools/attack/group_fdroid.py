"""The F-Droid index: exactly what was signed, as the signer tells of it, and no other time or text."""
import copy
import hashlib
import json
import time

from apk_lab import sample
from attack.attempts import Attack, request
from attack.group_apk import make_apk, recipe, sign_request
from attack.release import Release
from attack.wire import memory_file

GROUP = 'F-Droid'
APPLICATION = sample.PACKAGE
SIGN = {'type': 'sign-fdroid-index'}


def text(index):
    """The one text of this content."""
    return json.dumps(index, separators=(',', ':'), sort_keys=True, ensure_ascii=False).encode()


class Repository:
    """Two versions of an app are accepted and signed, and an index of all that are is."""

    def __init__(self, terminal):
        self.terminal = terminal
        for code in (101, 102):
            self._sign(make_apk(version_code=code), str(code))
        self.versions = {apk['sha256']: self._version(apk)
                         for apk in terminal.ask({'type': 'fdroid-apks'})['apks']}
        self.now = int(time.time())
        self.good = self._index(self.now)
        terminal.ask(SIGN, [memory_file(text(self.good))])

    def _sign(self, data, version):
        Release(self.terminal, 'app', version, [('app.apk', data)], suite='testing',
                recipe=recipe()).accept()
        self.terminal.ask(sign_request(data), [memory_file(data), memory_file(b'')])

    def _version(self, apk):
        """Every version of the app is called after its version code here."""
        signer = next(key['certificate_sha256'] for key in self.terminal.policy['apk_keys']
                      if key['name'] == 'app')
        name = apk['path'][len('apk'):]
        code = int(name[:-len('.apk')].rpartition('_')[2])
        return {'added': apk['added'] * 1000,
                'file': {'name': name, 'sha256': apk['sha256'], 'size': apk['size']},
                'manifest': {'signer': {'sha256': [signer]},
                             'usesSdk': {'minSdkVersion': 24, 'targetSdkVersion': 29},
                             'versionCode': code, 'versionName': '1'}}

    def _index(self, now):
        times = [version['added'] for version in self.versions.values()]
        newest = max(self.versions.values(), key=lambda version: version['manifest']['versionCode'])
        metadata = {'name': {'en-US': 'Hello'}, 'added': min(times), 'lastUpdated': max(times),
                    'preferredSigner': newest['manifest']['signer']['sha256'][0]}
        fdroid = self.terminal.fdroid
        return {'repo': {'name': {'en-US': fdroid['name']}, 'address': fdroid['address'],
                         'description': {'en-US': fdroid['description']}, 'timestamp': now * 1000},
                'packages': {APPLICATION: {'metadata': metadata, 'versions': dict(self.versions)}}}

    def changed(self, change, later=1):
        """The index of a second that is to come soon, changed."""
        index = copy.deepcopy(self.good)
        index['repo']['timestamp'] += later * 1000
        app = index['packages'][APPLICATION]
        change(index, app, app['versions'][min(app['versions'])])
        return text(index)


def _never_signed(index, app, version):
    other = hashlib.sha256(b'never signed').hexdigest()
    app['versions'][other] = dict(version, file=dict(version['file'], sha256=other))


FORGERIES = {
    'an APK that was never signed': _never_signed,
    'an app that was never signed':
        lambda index, app, version: index['packages'].update({'org.example.bank': app}),
    'another version code': lambda index, app, version: version['manifest'].update(versionCode=999),
    'another signer':
        lambda index, app, version: version['manifest'].update(signer={'sha256': ['0' * 64]}),
    'another file name': lambda index, app, version: version['file'].update(name='/other.apk'),
    'another digest': lambda index, app, version: version['file'].update(sha256='0' * 64),
    'another size': lambda index, app, version: version['file'].update(size=1),
    'a size of the same value in another form':
        lambda index, app, version: version['file'].update(size=float(version['file']['size'])),
    'a version left out':
        lambda index, app, version: app['versions'].pop(version['file']['sha256']),
    'the app left out': lambda index, app, version: index['packages'].pop(APPLICATION),
    'another address':
        lambda index, app, version: index['repo'].update(address='https://evil.example.org/apk'),
    'a mirror that the policy has not': lambda index, app, version: index['repo'].update(
        mirrors=[{'url': 'https://evil.example.org/apk'}]),
    'an unknown key': lambda index, app, version: version.update(src={'name': '/x.tar.gz'}),
}
UNREADABLE = {
    'an unknown key among the texts':
        lambda index, app, version: app['metadata'].update(binaries='https://example.org/x'),
    'a program for an address':
        lambda index, app, version: app['metadata'].update(webSite='javascript:alert(1)'),
    'a description of a megabyte':
        lambda index, app, version: app['metadata'].update(description={'en-US': 'x' * 1_000_000}),
    'an icon on another host': lambda index, app, version: app['metadata'].update(
        icon={'en-US': {'name': 'https://evil.example.org/x.png', 'sha256': '0' * 64, 'size': 1}}),
    'a time of half a second':
        lambda index, app, version: index['repo'].update(timestamp=index['repo']['timestamp'] + 500),
}


def attacks(repository):
    def index(name, rule, data):
        return Attack(GROUP, f'an index with {name}', rule, request(SIGN, [data]))

    read, made = 'fdroid-index-can-be-read', 'fdroid-index-is-what-was-signed'
    for name, change in FORGERIES.items():
        yield index(name, made, repository.changed(change))
    for name, change in UNREADABLE.items():
        yield index(name, read, repository.changed(change))
    good = text(repository.good)
    yield index('a key twice', read, b'{"packages":{},' + good[1:])
    yield index('a space more', read, good + b' ')
    yield index('nothing in it', read, b'')
    yield index('100,000 levels', read, b'[' * 100_000)
    same = lambda *_: None  # noqa: E731
    yield index('a time before the last', 'fdroid-timestamp-is-newer-than-the-last',
                repository.changed(same, -1))
    yield index('a time to come', 'fdroid-timestamp-is-not-ahead-of-the-clock',
                repository.changed(same, 3600))
    yield Attack(GROUP, 'no index', 'fdroid-index-can-be-read|error: one file', request(SIGN))
    newest = make_apk(version_code=102)
    yield Attack(GROUP, "an app signed by the repository's key", 'application-keeps-its-key',
                 request(sign_request(newest, key='repo'), [newest, b'']))
    yield Attack(GROUP, 'the newest index once more', 'ok', request(SIGN, [good]))
