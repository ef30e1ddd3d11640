# A second terminal joins: it makes the keys that are its own, the group approves of a policy that names it, the signing
# keys come from their backup and the policy from the first terminal, by its digest.

first=$HALLMARK_ROOT second=/mnt/second
on_second() { HALLMARK_ROOT=$second hallmark "$@"; }
approve_policy() { hallmark policy approve --key "$first/demo/approvers/$1"; }
digest() { hallmark policy show --json | jq -r .sha256; }

check 'a terminal' hallmark init --demo
check 'its keys are backed up' hallmark keys backup keys.gpg --needed 2 --share a --share b
refused 2 'required with --join' 'a terminal without a name' on_second init --demo --join
on_second init --demo --join --name t2 --json >joined.json 2>/dev/null || fail 'a terminal that joins'
entry=$(jq -c .log_key joined.json)
[[ $(jq -r .terminal <<<"$entry") == t2 ]] || fail 'no log key for the policy'
[[ ! -e $second/policy.json && -z $(ls "$second/releases") ]] || fail 'it has more than it should'
refused 1 'make one|terminal' 'joining a second time' on_second init --demo --join --name t2

# Without the group's approval there is nothing to enrol with.
check 'an invitation' hallmark terminal invite early
refused 1 'cannot make' 'an invitation into a folder that is there' hallmark terminal invite early
refused 4 'names no log key for terminal t2' 'a policy that does not name it' \
  on_second terminal enrol early --sha256 "$(digest)"

jq --argjson entry "$entry" '.log_keys += [$entry]' "$first/policy.json" >new.json
check 'a policy that names it' hallmark policy propose new.json
for person in alice bob; do check "$person's approval" approve_policy "$person"; done
check 'is in force' hallmark policy change
check 'an invitation' hallmark terminal invite invitation
refused 1 'hint: give the folder that .*invite' 'enrolling by a folder that is not there' \
  on_second terminal enrol nowhere --sha256 "$(printf '0%.0s' {1..64})"
refused 2 'hint: .*policy show --json' 'enrolling by a digest that is none' on_second terminal enrol invitation --sha256 4F2C
refused 4 'new-keys-are-in-the-agent' 'enrolling without the keys' \
  on_second terminal enrol invitation --sha256 "$(digest)"
check 'its keys come from the backup' on_second keys restore keys.gpg --share a --share b
first_log_key=$(cut -d' ' -f1 "$first/keys/signing/sshcontrol")
[[ ! -e $second/keys/signing/private-keys-v1.d/$first_log_key.key ]] || fail 'it has the key of the other log'
refused 3 'has SHA-256 .*, and not the one given' 'another policy than the group says' \
  on_second terminal enrol invitation --sha256 "$(sha256sum <early/policy.json | cut -c1-64)"
refused 2 'is no SHA-256' 'no digest' on_second terminal enrol invitation --sha256 abc
cp -r invitation forged && cp /etc/hostname forged/apk-app.der
refused 3 'certificate' 'another certificate' on_second terminal enrol forged --sha256 "$(digest)"
[[ ! -e $second/policy.json ]] || fail 'a policy was put in force'
check 'hallmark terminal enrol' on_second terminal enrol invitation --sha256 "$(digest)"
check 'and again' on_second terminal enrol invitation --sha256 "$(digest)"
cmp "$first/policy.json" "$second/policy.json" || fail 'not the same policy'
check 'it is a terminal of the group' grep -q 'terminal t2, group demo' <(on_second status)
refused 4 'no-other-policy-is-installed' 'another policy from elsewhere' bash -c \
  "jq '.withdraw_days = 8' invitation/policy.json >forged/policy.json && cp invitation/apk-app.der forged &&
   HALLMARK_ROOT=$second hallmark terminal enrol forged --sha256 \$(sha256sum <forged/policy.json | cut -c1-64)"
