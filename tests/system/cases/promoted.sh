# What a release may do after it was accepted, with the real signer, agent and ssh-keygen: to another suite by approval
# alone; from elsewhere, by its digests; and below what the rules ask for, by an approval of its own.

"$tools/terminal_with_packages" "$HALLMARK_BIN" "$PWD" --sources
root=$HALLMARK_ROOT
packages() { grep -hE '^(Package|Version):' "$root/push/tree/dists/$1/main/binary-amd64/Packages" | cut -d' ' -f2 | xargs; }
kinds() { grep -c "\"kind\":\"$1\"" "$root/sign/log/release.log"; }
key() { echo "$root/demo/approvers/$1"; }

promote() { hallmark promote tool 1.0 stable testing "$@"; }
check 'two packages that were accepted' hallmark repo include stable debs
refused 4 'counts 0 of the 2 people' 'promoting without an approval' promote
check "alice's approval" promote --approve-only --key "$(key alice)"
refused 4 'counts 1 of the 2 people' 'promoting by one of two' promote
folder=$root/releases/promotions/tool/1.0/stable_testing
check 'the statement names the file' grep -qE '^file: sha256:[0-9a-f]{64} tool_1.0_amd64.deb$' "$folder/statement"
# bob has ssh-keygen alone.
ssh-keygen -q -Y sign -n hallmark-approval@v1 -f "$(key bob)" "$folder/statement"
check 'by both' promote
check 'the suite has it' test 'tool 1.0' = "$(packages testing)"
check 'and is signed' grep -q 'BEGIN PGP SIGNATURE' "$root/push/tree/dists/testing/InRelease"
check 'the same again' promote
check 'is in the log once, each file' test 3 = "$(kinds promotion)"
check 'the same files serve both suites' test 3 = "$(find "$root/push/tree/pool" -name 'tool_*' | wc -l)"
sources() { grep -hs '^Package:' "$root/push/tree/dists/$1/main/source/Sources" | cut -d' ' -f2 | xargs; }
check 'its source came along' test 'tool' = "$(sources testing)"

# kill -9 of each program at several moments; what was acknowledged stays, and nothing needs repair.
pid_of() {
  local folder comm
  for folder in /proc/[0-9]*; do
    if read -r comm 2>/dev/null <"$folder/comm" && [[ $comm == "$1" ]]; then pid=${folder#/proc/} && return; fi
  done
  pid=''
}
other() { hallmark promote other 2.0 stable testing "$@"; }
for person in alice bob; do check "$person's approval" other --approve-only --key "$(key "$person")"; done
for program in hallmark-sign hallmark-push gpg-agent hallmark; do
  for moment in 0 0.05 0.2; do
    other >killed.txt 2>&1 &
    running=$!
    pid=''
    while [[ -z $pid ]] && kill -0 "$running" 2>/dev/null; do pid_of "$program"; done
    sleep "$moment"
    [[ -z $pid ]] || kill -KILL "$pid" 2>/dev/null || true
    wait "$running" 2>/dev/null || true
  done
done
check 'promoting goes on where it was killed' other
check 'both are in the suite' test 'other 2.0 tool 1.0' = "$(packages testing)"
check 'each file once in the log' test 6 = "$(kinds promotion)"

# Built elsewhere.
make_deb extra 3.0
jq '.name = "extra" | .recipe.packages = ["extra"]' "$root/releases/products/tool.json" >product.json
cp product.json "$root/releases/products/extra.json"
import() { hallmark import extra 3.0 testing extra_3.0_all.deb "$@"; }
check 'an import is shown in words' import --approve-only --key "$(key alice)"
cp said.txt words.txt
check 'by what the file says' grep -qE 'extra 3\.0 for all, .*sha256 '"$(sha256sum <extra_3.0_all.deb | cut -c1-64)" words.txt
check "bob's approval" import --approve-only --key "$(key bob)"
refused 4 "'prebuilt' and 'reproduced' is needed" 'less evidence than the policy asks for' import
lower() { hallmark allow lower-evidence extra prebuilt testing --owner carol --until "$(date -u -d '+20 days' +%F)" "$@"; }
refused 4 'counts 0 of the 2 people' 'letting it without approvals' lower
check "alice's approval" lower --approve-only --key "$(key alice)"
check "bob's approval, and it is let" lower --key "$(key bob)"
check 'it is shown, with its owner and the days left' hallmark status
cp said.txt words.txt
check 'in words' grep -qE "'prebuilt' is enough for extra in suite testing until .*20 day\(s\) left; owner carol" words.txt
check 'the import' import
check 'is in the suite' test 'extra 3.0 other 2.0 tool 1.0' = "$(packages testing)"
check 'the same again' import
cp extra_3.0_all.deb kept.deb
make_deb extra 3.0
sed -i 's/test.*/other/' extra/DEBIAN/control
dpkg-deb --build --root-owner-group extra extra_3.0_all.deb >/dev/null
refused 3 'names other files' 'other bytes under the same name' import
mv kept.deb extra_3.0_all.deb

# Called back, everywhere; a lower version once.
check 'the release is called back' hallmark withdraw extra 3.0 --key "$(key carol)"
check 'from the suite' test 'other 2.0 tool 1.0' = "$(packages testing)"
make_deb extra 2.5
import() { hallmark import extra 2.5 testing extra_2.5_all.deb "$@"; }
for person in alice bob; do check "$person's approval" import --approve-only --key "$(key "$person")"; done
refused 4 'is lower than 3\.0' 'a lower version' import
refused 4 'hallmark allow lower-version PRODUCT testing 3\.0 2\.5 extra' 'a lower version, and its hint' import
back() { hallmark allow lower-version extra testing 3.0 2.5 extra --reason '3.0 eats data' "$@"; }
check "alice's approval" back --approve-only --key "$(key alice)"
refused 4 'counts 1 of the 2 people' 'letting it by one of two' back
check "bob's approval, and it is let" back --key "$(key bob)"
check 'the lower version' import
check 'is in the suite' test 'extra 2.5 other 2.0 tool 1.0' = "$(packages testing)"

# compose leaves out what was called back.
check 'tool is called back from everywhere' hallmark withdraw tool 1.0 --key "$(key alice)"
check 'from both suites' test 'extra 2.5 other 2.0' = "$(packages testing)"
check 'with its source' test 'other' = "$(sources testing)"
refused 4 'was withdrawn' 'composing it again' hallmark compose tool 1.0
