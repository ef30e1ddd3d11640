# A release is called back by one person: its package leaves the suite, which is signed without it, and its version is
# used up. A package that was included and never accepted can be taken out again, and then the suite can be signed.

"$tools/terminal_with_packages" "$HALLMARK_BIN" "$PWD" --sources
root=$HALLMARK_ROOT
packages() { grep -h '^Package:' "$root/push/tree/dists/stable/main/binary-amd64/Packages"; }
withdraw() { hallmark withdraw tool 1.0 "$@"; }

make_deb intruder 1.0
check 'two packages that were accepted' hallmark repo include stable debs
check 'and one that was not' hallmark repo include stable intruder_1.0_all.deb

ssh-keygen -q -t ed25519 -N '' -f stranger
refused 4 'no approver' 'a stranger withdraws' withdraw --key stranger
refused 4 'counts 0 of the 1 people' 'withdrawing without an approval' withdraw
refused 4 'never accepted' 'withdrawing what is not there' \
  hallmark withdraw tool 9.9 --key "$root/demo/approvers/alice"

# With ssh-keygen alone.
folder=$root/releases/withdrawals/tool/1.0/every-suite
ssh-keygen -q -Y sign -n hallmark-approval@v1 -f "$root/demo/approvers/bob" "$folder/statement"
refused 4 'intruder 1\.0.*was never accepted' 'withdrawn, and yet the suite cannot be signed' withdraw
refused 4 'tool 1\.0 is withdrawn all the same' 'which the command says, too' withdraw
check 'the log tells of it' grep -q '"kind":"withdrawal","name":"tool_1.0_amd64.deb"' "$root/sign/log/release.log"
check 'the intruder is taken out' hallmark repo remove stable intruder 1.0
refused 1 'is not in suite' 'taking it out twice' hallmark repo remove stable intruder 1.0
check 'withdrawing goes on where it stopped' withdraw
check 'the suite is signed without it' test 'Package: other' = "$(packages)"
sources() { grep -hs '^Package:' "$root/push/tree/dists/stable/main/source/Sources"; }
check 'and without its source' test 'Package: other' = "$(sources)"
check 'whose files are gone' test -z "$(find "$root/push/tree/pool" -name 'tool_*')"
check 'with a signature' grep -q 'BEGIN PGP SIGNATURE' "$root/push/tree/dists/stable/InRelease"
check 'the same again' withdraw
check 'is in the log once, each file' test 3 = "$(grep -c '"kind":"withdrawal"' "$root/sign/log/release.log")"

check 'somebody includes it again' hallmark repo include stable debs/tool_1.0_amd64.deb
refused 4 'tool 1\.0.*was never accepted' 'it is not signed again' \
  hallmark withdraw other 2.0 --key "$root/demo/approvers/carol"
check 'it is taken out again' withdraw
check 'nothing is left' test -z "$(packages)"
