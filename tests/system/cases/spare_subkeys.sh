# Spare signing subkeys: made with the key, published with it, used by nobody until a policy names one for this terminal; and
# then by stock clients accepted as the primary key is.

"$tools/terminal_with_packages" "$HALLMARK_BIN" "$PWD"
root=$HALLMARK_ROOT home=$HALLMARK_ROOT/keys/signing
listed() { hallmark keys list --json | jq -e "$1"; }
change_policy() {
  hallmark policy propose "$@" &&
    for person in alice bob; do hallmark policy approve --key "$root/demo/approvers/$person"; done &&
    hallmark policy change
}
as_keeper() { setpriv --reuid hallmark-keys --regid hallmark-keys --clear-groups env HOME="$home" GNUPGHOME="$home" "$@"; }
primary=$(jq -r '.suites[0].keys[0]' "$root/policy.json") inrelease=$root/push/tree/dists/stable/InRelease
check 'a suite' hallmark repo include stable debs
# Signs the suite: what was withdrawn already is not withdrawn again.
sign_suite() { hallmark withdraw other 2.0 --key "$root/demo/approvers/alice"; }
signer() { gpgv --status-fd 1 --keyring ./users.gpg "$1" 2>/dev/null | awk '/ VALIDSIG / { print $3, $NF }'; }
users_get() { gpg --dearmor <"$1" >users.gpg; }

# The terminal was made without: its key gets two, as a renewed key comes, by a change of policy. The policy names neither.
as_keeper gpg-agent --daemon >/dev/null 2>&1
for _ in 1 2; do
  as_keeper gpg --batch --no-autostart --pinentry-mode loopback --passphrase '' --quick-add-key "$primary" ed25519 sign never 2>/dev/null
done
as_keeper gpg --armor --export "$primary" >renewed.asc
as_keeper gpgconf --kill gpg-agent
mapfile -t spare < <(gpg --show-keys --with-colons renewed.asc | awk -F: '$1 == "sub" { on = 1 } $1 == "fpr" && on { print $10; on = 0 }')
jq '.lower_evidence_days = 91' "$root/policy.json" >renewed.json
check 'a key with two subkeys' change_policy renewed.json --openpgp-key renewed.asc
check 'the primary key signs, and no subkey' listed ".keys[0].parts | length == 3 and (map(select(.signs_here)) | map(.fingerprint) == [\"$primary\"])"
check 'what it signs' sign_suite
users_get "$root/public/archive-keyring.asc"
check 'users have the subkeys before they are used' test 2 = "$(gpg --show-keys --with-colons "$root/public/archive-keyring.asc" | grep -c '^sub:')"
check 'is by the primary key' test "$(signer "$inrelease")" = "$primary $primary"
cp "$inrelease" old-inrelease

# One is named for this terminal.
naming() { jq ".signing_subkeys = [{\"terminal\": \"$1\", \"key\": \"$2\", \"subkey\": \"$3\"}]" "$root/policy.json"; }
naming demo "$primary" "${spare[0]}" >spare.json
hallmark policy propose spare.json >/dev/null
check 'alice alone' hallmark policy approve --key "$root/demo/approvers/alice"
refused 4 'approved-by-enough-people' 'one approval is not enough' hallmark policy change
check 'and bob' hallmark policy approve --key "$root/demo/approvers/bob"
sleep 1.1 # a Release of the very second in which the policy comes into force would stand
check 'the policy names a spare subkey' hallmark policy change
check 'which signs here now' listed ".keys[0].parts | map(select(.signs_here)) | map(.fingerprint) == [\"${spare[0]}\"]"
check 'in words' bash -c "hallmark keys list | grep -q 'subkey ${spare[0]}, .*: SIGNS on this terminal'"
check 'a new Release' sign_suite
check 'is by the subkey' test "$(signer "$inrelease")" = "${spare[0]} $primary"
cp "$inrelease" by-first
check 'and the old one is good as before' test "$(signer old-inrelease)" = "$primary $primary"
check 'the log names both' grep -qF "\"keys\":[\"$primary\",\"${spare[0]}\"],\"kind\":\"release\",\"name\":\"dists/stable/InRelease\"" \
  "$root/sign/log/release.log"

# Stock apt, with the keyring that users had before the change.
mkdir -p apt/lists/partial apt/cache/archives/partial
for release in "$inrelease" old-inrelease; do
  rm -rf apt/lists served && mkdir -p apt/lists/partial && cp -r "$root/push/tree" served && cp "$release" served/dists/stable/InRelease
  chmod -R a+rX served
  rm -rf served/dists/stable/Release*
  echo "deb [signed-by=$PWD/users.gpg] file:$PWD/served stable main" >apt/sources.list
  check "apt accepts ${release##*/}" apt-get -o Dir::State::Lists="$PWD/apt/lists" -o Dir::Etc::SourceList="$PWD/apt/sources.list" \
    -o Dir::Etc::SourceParts=/nonexistent -o Dir::Cache="$PWD/apt/cache" -o APT::Sandbox::User=root \
    -o Acquire::Check-Valid-Until=true -o APT::Update::Error-Mode=any update
done

# What a policy may not name.
wrong() { naming "$@" >wrong.json && change_policy wrong.json; }
refused 4 'subkeys-are-parts-of-their-keys' "a subkey of nobody's" wrong demo "$primary" "$(printf 'A%.0s' {1..40})"
refused 1 'not in log_keys' 'a terminal that is none' wrong elsewhere "$primary" "${spare[1]}"
refused 1 'no key of a suite' 'a key of no suite' wrong demo "$(printf 'A%.0s' {1..40})" "${spare[1]}"

# The subkey goes: nothing is signed, by no other part either, until a policy names the next.
grip=$(listed ".keys[0].parts[] | select(.fingerprint == \"${spare[0]}\") | .keygrip" | tr -d '"')
mv "$home/private-keys-v1.d/$grip.key" away.key
refused 4 "has the subkey ${spare[0]}, which is not in this terminal's agent .*suite-keys-are-in-the-agent" 'the subkey is away' \
  hallmark withdraw tool 1.0 --key "$root/demo/approvers/alice"
naming demo "$primary" "${spare[1]}" >next.json
check 'a policy with the next one' change_policy next.json
check 'signs' sign_suite
check 'by that one' test "$(signer "$inrelease")" = "${spare[1]} $primary"

# The one that went is revoked: whoever has the new keyring takes nothing that it signed, and goes on with what follows.
refused 2 'must be 40 upper-case' 'revoking by a short name' hallmark keys revoke "${primary:24}" --reason compromised
refused 2 'must be compromised, superseded or retired' 'for no reason' hallmark keys revoke "$primary" --reason lost
refused 2 'one line' 'with two lines' hallmark keys revoke "$primary" --reason retired --text $'so\ny'
refused 1 "is not this terminal's" 'a key of nobody' hallmark keys revoke "$(printf 'A%.0s' {1..40})" --reason compromised
primary_grip=$(listed '.keys[0].parts[] | select(.fingerprint == "'"$primary"'") | .keygrip' | tr -d '"')
mv "$home/private-keys-v1.d/$primary_grip.key" primary.key
refused 1 'takes its primary key' 'without the primary key' hallmark keys revoke "${spare[0]}" --reason compromised
mv primary.key "$home/private-keys-v1.d/$primary_grip.key"
revoke() { hallmark keys revoke "${spare[0]}" --reason compromised --text 'stolen in a test'; }
check 'a subkey is revoked' revoke
check 'again, which changes nothing' revoke
revoked=$root/releases/revoked/$primary.asc
validity() { gpg --show-keys --with-colons "$revoked" | awk -F: '$1 == "pub" || $1 == "sub" { print $1, $2 == "r" }' | xargs; }
check 'it alone' test "$(validity)" = 'pub 0 sub 1 sub 0'
check 'nobody has heard of it' test 0 = "$(gpg --show-keys --with-colons "$root/public/archive-keyring.asc" | grep -c '^sub:r')"
cp old-inrelease by-primary && cp "$inrelease" by-next
jq '.lower_evidence_days = 92' "$root/policy.json" >without.json
check 'a policy brings it along' change_policy without.json --openpgp-key "$revoked"
users_get "$root/public/archive-keyring.asc"
check 'what the next one signed is good' test "$(signer by-next)" = "${spare[1]} $primary"
check 'and what the primary key did' test "$(signer by-primary)" = "$primary $primary"
check 'but nothing of the one that went' test "$(gpgv --status-fd 1 --keyring ./users.gpg by-first 2>/dev/null | grep -c REVKEYSIG)" = 1
check 'signs on' hallmark refresh stable
refused 4 'new-keys-are-not-over' 'a policy that names it' wrong demo "$primary" "${spare[0]}"
