# One approval where the policy asks for two. `release` says so before any work; asked directly, the signer refuses
# by itself. An approval of other bytes, or by a key that is nobody's, is none.

approvals=terminal/releases/approvals/figlet/$figlet
mv "$approvals/bob.sig" bob.sig
refused 4 '1 of 2' 'releasing with one approval' hallmark release figlet "$figlet"
refused 4 'rule: ' 'the signer, asked to accept with one approval' hallmark accept figlet "$figlet"

ssh-keygen -q -t ed25519 -N '' -f stranger
refused 4 'no approver' 'approving with a key that the policy does not know' \
  hallmark approve figlet "$figlet" --key stranger

sed 's/^version: .*/version: 9.9/' "$approvals/statement" >other
ssh-keygen -q -Y sign -n hallmark-approval@v1 -f terminal/demo/approvers/bob other
mv other.sig "$approvals/bob.sig"
refused 4 'rule: ' "the signer, with bob's approval of another version" hallmark accept figlet "$figlet"

check 'nothing was accepted' grep -q 'accepted artefacts: 0' <(hallmark status)
mv bob.sig "$approvals/bob.sig"
check 'with the second approval it goes on' hallmark accept figlet "$figlet"
