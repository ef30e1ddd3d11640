# An app as real ones are published: two flavours for two ABIs each under one application id, and an app bundle for a
# store, in one release. Each APK has version codes of its own that must rise; the bundle is signed and not served.

source=/mnt/upstream/hello-android
cat >"$source/build.sh" <<'SCRIPT'
#!/bin/sh
# FLAVOUR-ABI.apk for each flavour and ABI, and hello.aab. The version's first digits are the version code's.
set -eu
export TZ=UTC
framework=/usr/share/android-framework-res/framework-res.apk
src=$(pwd) work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
smali assemble --api 24 --output classes.dex "$src/smali/Main.smali"
place=0
for abi in arm64-v8a x86_64; do
  place=$((place + 1)) # a phone that runs both gets the higher one
  mkdir -p "lib/$abi"
  echo "native code for $abi" >"lib/$abi/libhello.so"
  for flavour in free full; do
    code=$((${HALLMARK_VERSION%%.*} * 10 + place))
    [ "$flavour-$abi $HALLMARK_VERSION" != "full-x86_64 3.0" ] || code=22 # forgot to raise it
    aapt package -f -M "$src/AndroidManifest.xml" -S "$src/res" -I "$framework" \
      --version-code "$code" --version-name "$HALLMARK_VERSION-$flavour" -F unaligned.apk
    aapt add unaligned.apk classes.dex "lib/$abi/libhello.so"
    zipalign -f -p 4 unaligned.apk "$OUT/$flavour-$abi.apk"
  done
done
mkdir -p base bundle/base/manifest bundle/base/dex
(cd "$src" && aapt2 compile --dir res -o "$work/compiled.zip") # it writes down the paths that it is given
aapt2 link --proto-format --output-to-dir -o base -I "$framework" --manifest "$src/AndroidManifest.xml" \
  --version-code "$((${HALLMARK_VERSION%%.*} * 10))" --version-name "$HALLMARK_VERSION" compiled.zip
mv base/AndroidManifest.xml bundle/base/manifest
mv base/resources.pb base/res bundle/base
cp classes.dex bundle/base/dex
printf '\012\010\022\0061.15.6' >bundle/BundleConfig.pb
cd bundle
aapt add "$OUT/hello.aab" BundleConfig.pb base/dex/classes.dex base/manifest/AndroidManifest.xml base/resources.pb \
  base/res/drawable/mark.xml
SCRIPT
upstream_git /mnt/upstream commit --quiet --all --message='Flavours'
upstream_tag /mnt/upstream 2.0
upstream_tag /mnt/upstream 3.0

terminal_add_product hello-android /mnt/upstream
python3 - terminal/releases/products <<'PYTHON'
import pathlib, sys
folder = pathlib.Path(sys.argv[1])
text = (folder / 'hello-android.json').read_text()
outputs = ''.join(f'{{"name": "{flavour}-{abi}.apk", "flavour": "{flavour}"}}, '
                  for flavour in ('free', 'full') for abi in ('arm64-v8a', 'x86_64'))
text = text.replace('["hello-android.apk"]', f'[{outputs}"hello.aab"]')
(folder / 'hello-flavours.json').write_text(text.replace('"name": "hello-android"', '"name": "hello-flavours"'))
PYTHON

release_flavours() {
  local approver
  hallmark pin hello-flavours "$1"
  for approver in alice bob; do
    hallmark approve hello-flavours "$1" --key "$HALLMARK_ROOT/demo/approvers/$approver"
  done
  hallmark release hello-flavours "$1"
}

# served_as NAME CODE ABI: what is served under the name is that APK, signed by the application's key.
served_as() {
  local apk=org.example.hallmark.hello_2.0_$1.apk
  curl -fsS -o "$apk" "$(host_setting host url)/apk/$apk"
  apksigner verify --verbose --print-certs "$apk" >"$apk.certificates"
  grep -q "SHA-256 digest: $(sha256sum <terminal/public/apk-app.der | cut -d' ' -f1)" "$apk.certificates"
  hallmark apk verify "$apk"
  hallmark --json apk inspect "$apk" >"$apk.json"
  python3 -c 'import json, sys
facts = json.load(open(sys.argv[1]))
found = (facts["manifest"]["version_code"], facts["abis"])
sys.exit(found != (int(sys.argv[2]), [sys.argv[3]]) and f"{sys.argv[1]}: {found}")' "$apk.json" "$2" "$3"
}

host_start host
check 'four APKs and a bundle are released' release_flavours 2.0
for flavour in free full; do
  check "$flavour for arm64-v8a is served" served_as "$flavour-arm64-v8a" 21 arm64-v8a
  check "$flavour for x86_64 is served" served_as "$flavour-x86_64" 22 x86_64
done

bundle=$(find terminal/build/out -name hello.aab)
check 'no store needs us to serve its bundle' test -z "$(find host/srv/hallmark/www -name '*.aab')"
check 'the upload key signs the bundle' hallmark apk sign --aab --key app -o signed.aab "$bundle"
check 'the release has signed the same bytes' cmp signed.aab "$(find terminal/staging -name '*.aab')"
check 'jarsigner accepts it' jarsigner -verify signed.aab
grep -q '^jar verified' said.txt || fail 'jarsigner does not say that it is verified'
keytool -printcert -rfc -jarfile signed.aab | openssl x509 -outform DER -out upload.der
check "it is the application's key" cmp upload.der terminal/public/apk-app.der
refused 4 'never accepted' 'a bundle as an APK' hallmark apk sign --key app -o other.apk "$bundle"

served() { find host/srv/hallmark/www -type f -printf '%P %s %T@\n' | sort; }
served >before
refused 4 'full.*x86_64.*version code 22' 'one of four version codes that does not rise' release_flavours 3.0
served >after
check 'nothing of it is served' cmp before after

check 'a review of it would have told' hallmark review hello-flavours 3.0
grep -q 'since 2.0' said.txt || fail 'it is compared with nothing'
grep -q '  version code: 21 -> 31' said.txt || fail 'a version code that rises is not told of'
grep -q '! version code does not rise: 22 -> 22' said.txt || fail 'the one that does not rise is not told of'
