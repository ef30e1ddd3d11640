# The policy changes by the approvals that the policy in force asks for, one of them made with ssh-keygen alone; with
# less, with other keys, or with approvals of another text, it does not.

root=$HALLMARK_ROOT
check 'a terminal' hallmark init --demo
policy_digest() { hallmark policy show --json | jq -r .sha256; }
before=$(policy_digest)
cp "$root/policy.json" first.json

approve_policy() { hallmark policy approve --key "$root/demo/approvers/$1"; }
jq '.threshold = 3 | .suites[0].valid_days = 60' "$root/policy.json" >new.json

refused 1 'has no proposal' 'changing to nothing' hallmark policy change
jq '.treshold = 1' "$root/policy.json" >misspelt.json
refused 1 'treshold' 'proposing what is no policy' hallmark policy propose misspelt.json
check 'a proposal' hallmark policy propose new.json
check 'its differences' grep -qx '+ threshold: 3' <(hallmark policy diff)
refused 4 'approval' 'a change that nobody approved' hallmark policy change
check "alice's approval" approve_policy alice
refused 4 'rule: approved-by-enough-people' 'a change by one person' hallmark policy change

ssh-keygen -q -t ed25519 -N '' -f stranger
refused 4 'no approver' 'a stranger approves' hallmark policy approve --key stranger

# bob has ssh-keygen and no Hallmark; another text under his name does not count.
cd "$root/releases/policy"
sed 's/^expires: 2/expires: 3/' statement >other
ssh-keygen -q -Y sign -n hallmark-approval@v1 -f "$root/demo/approvers/bob" other
mv other.sig bob.sig
refused 4 'rule: approved-by-enough-people' 'an approval of another text' hallmark policy change
ssh-keygen -q -Y sign -n hallmark-approval@v1 -O hashalg=sha256 -f "$root/demo/approvers/bob" statement
mv statement.sig bob.sig
refused 4 'rule: approved-by-enough-people' 'an approval over a weaker hash' hallmark policy change
ssh-keygen -q -Y sign -n hallmark-approval@v1 -f "$root/demo/approvers/bob" statement
mv statement.sig bob.sig
cd - >/dev/null
check 'nothing has changed' test "$before" = "$(policy_digest)"
check 'the change' hallmark policy change
check 'the policy in force is the new one' cmp new.json <(hallmark policy show)
check 'and the file too' cmp new.json "$root/policy.json"
check 'its history' test 2 = "$(hallmark policy show --json | jq '.history | length')"
check 'the same change again' hallmark policy change
check 'is one line of the log' test 2 = "$(grep -c '"kind":"policy"' "$root/sign/log/release.log")"

# Three are needed now, and the old policy does not return as it was.
check 'the first policy again' hallmark policy propose first.json
for person in alice bob; do check "$person's approval" approve_policy "$person"; done
refused 4 'counts 2 of the 3 people' 'two of three' hallmark policy change
check "carol's approval" approve_policy carol
refused 4 'rule: policy-was-never-in-force' 'an old policy, byte for byte' hallmark policy change
