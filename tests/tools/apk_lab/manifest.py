"""Real binary manifests, made by aapt."""
import functools
import pathlib
import subprocess
import tempfile
import zipfile

FRAMEWORK = '/usr/share/android-framework-res/framework-res.apk'
PACKAGE = 'org.example.hallmark.hello'  # the application that a demo terminal has a key for

SOURCE = '''<?xml version="1.0" encoding="utf-8"?>
<manifest xmlns:android="http://schemas.android.com/apk/res/android" package="{package}"
    android:versionCode="{version_code}" android:versionName="1"{more}>
  <uses-sdk android:minSdkVersion="{min_sdk}" android:targetSdkVersion="{target_sdk}" />
  <application android:label="test"{application} />
</manifest>
'''


@functools.lru_cache(maxsize=None)
def manifest(min_sdk=24, target_sdk=29, version_code=1, package=PACKAGE, more='',
             application=''):
    """AndroidManifest.xml in binary form. `more`: further attributes of <manifest>, and
    `application` of <application>."""
    with tempfile.TemporaryDirectory(prefix='apk-lab-') as name:
        folder = pathlib.Path(name)
        (folder / 'AndroidManifest.xml').write_text(SOURCE.format(
            package=package, min_sdk=min_sdk, target_sdk=target_sdk, version_code=version_code,
            more=more and ' ' + more, application=application and ' ' + application))
        subprocess.run(['aapt', 'package', '-f', '-M', folder / 'AndroidManifest.xml',
                        '-I', FRAMEWORK, '-F', folder / 'out.apk'],
                       check=True, stdout=subprocess.DEVNULL)
        with zipfile.ZipFile(folder / 'out.apk') as apk:
            return apk.read('AndroidManifest.xml')
