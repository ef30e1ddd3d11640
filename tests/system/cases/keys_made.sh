# Keys that are made on a terminal that has some: nothing is signed with them before a policy names them; then an APK key
# takes over from the first one, and a second OpenPGP key signs beside the first.

"$tools/terminal_with_packages" "$HALLMARK_BIN" "$PWD"
root=$HALLMARK_ROOT
listed() { hallmark keys list --json | jq -e "$1"; }
change_policy() {
  hallmark policy propose "$@" &&
    for person in alice bob; do hallmark policy approve --key "$root/demo/approvers/$person"; done &&
    hallmark policy change
}
signatures() {
  gpg --dearmor <"$root/public/archive-keyring.asc" >keyring.gpg
  gpgv --status-fd 1 --keyring ./keyring.gpg "$root/push/tree/dists/stable/InRelease" 2>/dev/null | grep -c VALIDSIG
}
check 'packages that were accepted' hallmark repo include stable debs
older=$(jq -r '.apk_keys[0].name' "$root/policy.json")

refused 2 'exactly one of --openpgp, --apk-key and' 'making nothing' hallmark keys make
refused 2 'exactly one of --openpgp, --apk-key and' 'making two at once' hallmark keys make --openpgp --apk-key new
refused 2 'is not one of rsa2048' 'an algorithm that is none' hallmark keys make --apk-key new:dsa
refused 2 'are of an OpenPGP key' 'subkeys of an APK key' hallmark keys make --apk-key new --spare-subkeys 1
refused 1 "hint: .*:rotates=$older" 'a name that is taken' hallmark keys make --apk-key "$older"
refused 1 "which the policy has not" 'taking over from no key' hallmark keys make --apk-key new:p256:rotates=nobody
check 'nothing came of that' listed '.not_in_inventory == []'

rm -rf "$root/releases/made" && ln -s /etc "$root/releases/made"
refused 3 'leads through a link' 'a folder of the releases repository that leads out of it' hallmark keys make --openpgp
check 'for which no key was made' listed '.not_in_inventory == []'
rm "$root/releases/made"
check 'an APK key, in words' hallmark keys make --apk-key words:p384
grep -q '^1. keep a copy of it: hallmark keys backup' said.txt || { cat said.txt; fail 'it does not say what to do'; }
refused 1 'such a key was made before' 'another of that name' hallmark keys make --apk-key words:p256
hallmark keys make --apk-key "new:p256:rotates=$older" --json >apk.json 2>/dev/null || fail 'an APK key'
hallmark keys make --openpgp --spare-subkeys 1 --json >openpgp.json 2>/dev/null || fail 'an OpenPGP key'
check 'another one on the same day' hallmark keys make --openpgp
fingerprint=$(jq -r .fingerprint openpgp.json)
check 'the agent has five keys more' listed '(.not_in_inventory | length) == 5'
check 'the certificate is the entry'"'"'s' test "$(jq -r .apk_key.certificate_sha256 apk.json)" = \
  "$(sha256sum <"$(jq -r .certificate apk.json)" | cut -d' ' -f1)"

jq --argjson entry "$(jq -c .apk_key apk.json)" --arg fingerprint "$fingerprint" \
  '.apk_keys += [$entry | .packages = ["org.example.test"]] | .apk_keys[0].packages = []
   | .suites[0].keys += [$fingerprint]' "$root/policy.json" >with-new.json
check 'a policy that takes them up' change_policy with-new.json --apk-certificate "new=$(jq -r .certificate apk.json)" \
  --openpgp-key "$(jq -r .public_key openpgp.json)"
check 'they are in the inventory' listed '[.keys[] | select(.name == "new" or .fingerprint == "'"$fingerprint"'")] | length == 2'
check 'as keys that were nowhere else' listed 'all(.keys[]; .exposed_before_import != true)'
check 'what comes next is signed' hallmark withdraw other 2.0 --key "$root/demo/approvers/alice"
check 'by both' test 2 = "$(signatures)"
"$tools/make_apk" app.apk --package org.example.test
chmod 755 . && setpriv --reuid hallmark-sign --regid hallmark-sign --clear-groups \
  "$HALLMARK_BIN/../tests/tools/accept_apk" "$root" app.apk new >/dev/null
refused 1 'hint: :rotates=new' 'a second key that takes over from the first' hallmark keys make --apk-key "third:rotates=$older"
check 'an app is signed with the old and the new key' hallmark apk sign --key new -o signed.apk app.apk
hallmark apk verify --json signed.apk >verdict.json || fail 'it does not verify'
jq -e --arg new "$(jq -r .apk_key.certificate_sha256 apk.json)" \
  '(if type == "array" then .[0] else . end) | [.. | .certificate_sha256? // empty] | index($new) != null' verdict.json >/dev/null ||
  { cat verdict.json; fail 'the new key did not sign'; }
check 'apksigner says so too' apksigner verify signed.apk
