# What `keys list` says is so; a key that is not in the policy, or not in the agent, or over, signs nothing; and there is
# a warning before it is over.

"$tools/terminal_with_packages" "$HALLMARK_BIN" "$PWD"
root=$HALLMARK_ROOT home=$HALLMARK_ROOT/keys/signing
listed() { hallmark keys list --json | jq -e "$1"; }
withdraw() { hallmark withdraw "$1" "$2" --key "$root/demo/approvers/alice"; }

# In the ceremony's position: as the agent's own user, through its main socket.
as_keeper() { setpriv --reuid hallmark-keys --regid hallmark-keys --clear-groups env HOME="$home" GNUPGHOME="$home" "$@"; }
with_agent() {
  as_keeper gpg-agent --daemon >/dev/null
  as_keeper "$@"
  as_keeper gpgconf --kill gpg-agent
}
change_policy() {
  hallmark policy propose "$@" &&
    for person in alice bob; do hallmark policy approve --key "$root/demo/approvers/$person"; done &&
    hallmark policy change
}
archive=$(jq -r '.suites[0].keys[0]' "$root/policy.json")
# renew TIME: the archive key ends then, and the signer learns of it, as it learns of all keys.
renew() {
  with_agent gpg --batch --quiet --pinentry-mode loopback --passphrase '' --quick-set-expire "$archive" "$1"
  as_keeper gpg --armor --export "$archive" >renewed.asc
  { cat "$root/policy.json" && echo "// the archive key ends $1"; } >renewed.json
  change_policy renewed.json --openpgp-key renewed.asc
}

check 'packages that were accepted' hallmark repo include stable debs
check 'four keys in software' listed '[.keys[] | select(.where == "software") | .use]
  == ["suite", "application", "log", "publishing"] and .not_in_inventory == []'
check 'none has signed' listed '[.keys[].last] == [null, null, null, null]'
check 'a suite is signed' withdraw other 2.0
check 'the list says what with' listed '.keys[0].last.what == "dists/stable/Release.gpg"'
check 'and where in the log' test "$(hallmark keys list --json | jq .keys[0].last.sequence)" = \
  "$(jq -s 'map(select(.kind == "release")) | last.sequence' "$root/sign/log/release.log")"
check 'in words' grep -q "last signed dists/stable/Release.gpg at " <(hallmark keys list)
check 'nothing to warn of' hallmark status --check

# A key of the agent that no policy names.
with_agent gpg --batch --quiet --pinentry-mode loopback --passphrase '' --quick-gen-key extra rsa2048 sign never
check 'a key more is told of' listed '(.not_in_inventory | length) == 1 and (.keys | length) == 4'
grip=$(hallmark keys list --json | jq -r '.not_in_inventory[0].keygrip')
jq ".apk_keys[0].keygrip = \"$grip\"" "$root/policy.json" >other-grip.json
refused 3 'rule: keygrips-are-those-of-the-certificates' "another key's keygrip" change_policy other-grip.json

# A key that no agent of this terminal has.
mkdir -m 0700 stranger
gpg --homedir stranger --batch --quiet --pinentry-mode loopback --passphrase '' --quick-gen-key stranger ed25519 sign never
gpgconf --homedir stranger --kill gpg-agent
gpg --homedir stranger --armor --export >stranger.asc
stranger=$(gpg --homedir stranger --list-keys --with-colons | awk -F: '/^fpr/ { print $10; exit }')
jq ".suites[0].keys += [\"$stranger\"]" "$root/policy.json" >stranger.json
refused 4 'rule: new-keys-are-in-the-agent' 'a key of somewhere else' change_policy stranger.json --openpgp-key stranger.asc

# Half a year, and then over.
check 'the key gets an end' renew 100d
refused 1 '1 warning' 'monitoring hears of it' hallmark status --check
check 'status says it' grep -Eq "^warning: OpenPGP key $archive: expires at .*, (99|100) day" <(hallmark status)
check 'the list too' listed '.keys[0].days_left >= 99'
check 'the key is over at once' renew seconds=1
sleep 2
size=$(grep -c '"kind":"release"' "$root/sign/log/release.log")
refused 4 "$archive: expired at .*rule: suite-keys-are-not-over" 'no heartbeat' hallmark refresh stable
refused 4 'rule: suite-keys-are-not-over' 'and nothing else' withdraw tool 1.0
check 'nothing was signed' test "$size" = "$(grep -c '"kind":"release"' "$root/sign/log/release.log")"
check 'it is renewed' renew 1y
check 'and signs' withdraw tool 1.0
