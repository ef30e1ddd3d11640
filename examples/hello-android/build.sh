#!/bin/sh
# Builds $OUT/hello-android.apk, unsigned and aligned, from this folder with Debian's tools alone.
# Reads $HALLMARK_VERSION: MAJOR.MINOR[.PATCH], each part below 1000, PATCH and MINOR below 100.
set -eu
export TZ=UTC  # aapt stamps entries with 1980-01-01 in local time; another zone gave other bytes

: "${OUT:?the folder that receives the APK}" "${HALLMARK_VERSION:?such as 1.0}"
framework=/usr/share/android-framework-res/framework-res.apk
src=$(pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Android compares versionCode, a whole number that must rise: 1.2.3 becomes 10203.
version_code() {
  echo "$1" | awk -F. '
    NF < 2 || NF > 3 || $0 !~ /^[0-9]+(\.[0-9]+)+$/ || $2 > 99 || $3 > 99 || $1 > 999 { exit 1 }
    { print $1 * 10000 + $2 * 100 + $3 }'
}
code=$(version_code "$HALLMARK_VERSION") || {
  echo "build.sh: version '$HALLMARK_VERSION' is not MAJOR.MINOR[.PATCH]" >&2
  exit 1
}

cd "$work"
smali assemble --api 24 --output classes.dex "$src/smali/Main.smali"
aapt package -f -M "$src/AndroidManifest.xml" -S "$src/res" -I "$framework" \
  --version-code "$code" --version-name "$HALLMARK_VERSION" -F unaligned.apk
aapt add unaligned.apk classes.dex
zipalign -f -p 4 unaligned.apk "$OUT/hello-android.apk"
