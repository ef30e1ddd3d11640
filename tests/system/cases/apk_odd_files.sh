# Every APK verb with files that are none: one error that names the file, at once, and nothing written. And a signed
# APK in the place of an older one.

check 'a terminal is made' hallmark init --demo --apk-key app:p256:schemes=v1+v2+v3+v4
"$tools/make_apk" good.apk --min-sdk 21
: >empty
head -c 1000 good.apk >cut
printf 'a text, which is longer than the end record of a ZIP is' >text
printf '\xd1\x39\xff\x3e\1\0\0\0cut' >lineage
mkfifo pipe
mkdir folder
ln -s /dev/zero endless
install -m 0 good.apk secret
chmod 755 .

# Nobody, who can read what others may. A pipe without a writer keeps no one for longer than this.
nobody() { timeout 60 setpriv --reuid nobody --regid nogroup --clear-groups env TMPDIR=/tmp PATH="$PATH" "$@"; }

# each FILE STATUS TEXT: what every verb that needs no terminal says of it.
each() {
  refused "$2" "^hallmark: error: $1: .*$3" "apk inspect $1" nobody hallmark apk inspect "$1"
  refused "$2" "^hallmark: error: $1: .*$3" "apk compare $1" nobody hallmark apk compare "$1" good.apk
  refused "$2" "^hallmark: error: $1: .*$3" "apk compare good.apk $1" nobody hallmark apk compare good.apk "$1"
  refused "$2" "^hallmark: error: $1: .*$3" "apk lineage show $1" nobody hallmark apk lineage show "$1"
  refused "$2" "^hallmark: error: $1: " "apk verify $1" nobody hallmark apk verify "$1"
  grep -q -- "$3" said.txt || fail "apk verify $1 does not say '$3'"
}
each missing 1 'No such file'
for file in pipe folder endless; do each "$file" 1 'is not a regular file'; done
each secret 1 'Permission denied'
each empty 3 'ZIP_NO_END_RECORD'
for file in text cut; do each "$file" 3 'ZIP_NO_END_RECORD'; done
refused 3 '^hallmark: error: lineage: .*LINEAGE' 'a lineage that was cut off' hallmark apk lineage show lineage

for file in missing pipe folder endless; do
  refused 1 "^hallmark: error: $file: " "apk sign $file" timeout 60 hallmark apk sign --key app -o out.apk "$file"
  refused 1 "^hallmark: error: $file: " "apk verify --idsig $file" \
    timeout 60 hallmark apk verify --idsig "$file" good.apk
done
for file in empty text cut; do
  refused 4 'accepted' "apk sign $file" hallmark apk sign --key app -o out.apk "$file"
done
check 'nothing was written' test -z "$(find . -maxdepth 1 -name '*out.apk*')"

# no_range TEXT OPTION...
no_range() { refused 2 "^hallmark: error: .*$1" "apk verify ${*:2}" hallmark apk verify "${@:2}" good.apk; }
for level in abc 28x -1 0 2147483648 4294967297; do no_range "$level: is not an API level" --min-sdk "$level"; done
no_range '30: is above --max-sdk 28' --min-sdk 30 --max-sdk 28

accept() {
  setpriv --reuid hallmark-sign --regid hallmark-sign --clear-groups \
    "$HALLMARK_BIN/../tests/tools/accept_apk" "$HALLMARK_ROOT" "$1" app
}
check 'an APK is accepted' accept good.apk
echo old | tee signed.apk >signed.apk.idsig
check 'it is signed over an older one' hallmark apk sign --key app -o signed.apk good.apk
check 'its .idsig is there with it' hallmark apk verify --idsig signed.apk.idsig signed.apk
refused 2 'not a regular file' 'a pipe as the output' timeout 60 hallmark apk sign --key app -o pipe good.apk
check 'nothing else is left' test -z "$(find . -maxdepth 1 -name '.*.new')"
