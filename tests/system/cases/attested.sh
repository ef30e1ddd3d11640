# What rebuilders say, with the real signer, agent and ssh-keygen: enough who agree raise the evidence, one who does not
# stops what comes after it, and people overrule exactly that. What was not built here comes by their word alone.

"$tools/terminal_with_packages" "$HALLMARK_BIN" "$PWD" --elsewhere
root=$HALLMARK_ROOT
key() { echo "$root/demo/approvers/$1"; }
rebuilder() { echo "$root/demo/rebuilders/$1"; }
kinds() { grep -c "\"kind\":\"$1\"" "$root/sign/log/release.log"; }
both() { for person in alice bob; do "$@" --approve-only --key "$(key "$person")"; done; }
for name in east stranger; do ssh-keygen -q -t ed25519 -N '' -C "$name" -f "$(rebuilder "$name")"; done

# Suite testing takes what two of three rebuilders got too.
jq --arg east "$(<"$(rebuilder east).pub")" '.rebuilders += [{name: "east", keys: [$east]}]
  | .evidence_levels = [{suite: "testing", evidence: "rebuilt"}, {product: "far", evidence: "rebuilt"}]' <(hallmark policy show) >new.json
check 'a policy that asks for rebuilders' hallmark policy propose new.json
check 'its difference is shown' hallmark policy diff
grep -q 'rebuilders.east' said.txt || fail 'a new rebuilder is no part of the difference'
for person in alice bob; do check "$person approves" hallmark policy approve --key "$(key "$person")"; done
check 'it comes into force' hallmark policy change
jq '.rebuilders_needed = 4' new.json >more.json
refused 1 'at most the number of rebuilders' 'more rebuilders than there are' hallmark policy propose more.json

check 'two packages that were accepted' hallmark repo include stable debs
promote() { hallmark promote tool 1.0 stable testing "$@"; }
check 'both approve of promoting one' both promote
refused 4 "proves 'reproduced' and 'rebuilt' is needed" 'before anybody has rebuilt it' promote

record=$(grep -l '"product": "tool"' "$root"/spool/records/*.json)
say() { "$tools/attest" "$1" "$(rebuilder "$2")" >"$3.attestation.json"; }
say "$record" north north && say "$record" east east
jq '.artefacts[0].sha256 = ("0" * 64)' "$record" >other.json && say other.json south south
check 'what north says is kept' hallmark attest import north.attestation.json
check 'the same again' hallmark attest import north.attestation.json
check 'is in the log once' test 1 = "$(kinds attestation)"
kept=$root/releases/attestations/tool/1.0
check 'and in the releases repository once' test 1 = "$(find "$kept" -name '*.attestation.json' | wc -l)"
refused 4 "proves 'reproduced'" 'one of two is not enough' promote

say "$record" stranger stranger
refused 4 'no rebuilder.s key in the policy' "a stranger's" hallmark attest import stranger.attestation.json
sed 's/"payload":"../"payload":"AA/' north.attestation.json >forged.json
refused 3 'forged.json' 'an altered one' hallmark attest import forged.json
head -c 100 north.attestation.json >cut.json
refused 3 'cut.json' 'one that is cut' hallmark attest import cut.json
check 'none of them is kept' test 1 = "$(find "$kept" -type f | wc -l)"

check 'what another says' hallmark attest import east.attestation.json
# What is committed counts, whether or not anybody imported it.
cp south.attestation.json "$kept"
mv "$root/releases/products/tool/1.0.lock.json" lock.json
jq -c '.source_date_epoch += 1' lock.json >"$root/releases/products/tool/1.0.lock.json"
refused 1 'is not the lock that tool 1.0 was accepted from' 'with a lock that was pinned again' promote
mv lock.json "$root/releases/products/tool/1.0.lock.json"
refused 4 'was rebuilt by south, who got tool_1.0_amd64.deb with SHA-256 0{64}, and here it has' 'a dissent stops it' promote
cp said.txt refusal.txt
digest=$(grep -oE 'hallmark allow dissent tool 1.0 south [0-9a-f]{64}' said.txt | cut -d' ' -f7)
check 'everybody is listed' hallmark attest list tool 1.0
grep -q 'GOT SOMETHING ELSE' said.txt || fail 'the dissent is not shown'
outcome=$(cd debs && sha256sum tool_1.0_amd64.deb | sha256sum | cut -c1-64)
grep -q -- "--outcome $outcome " refusal.txt || fail 'the refusal does not name the outcome'
overrule() { hallmark allow dissent tool 1.0 south "$digest" --outcome "$outcome" --reason 'its disk was failing' "$@"; }
refused 4 'counts 0 of the 2 people' 'overruling it without approvals' overrule
check "alice's approval" overrule --approve-only --key "$(key alice)"
check "bob's approval, and it is overruled" overrule --key "$(key bob)"
check 'what two rebuilders got is in the suite' promote
check 'as rebuilt' grep -q '"evidence":"rebuilt".*"kind":"promotion"' "$root/sign/log/release.log"

# Nobody has built this here.
stable() { grep -hE '^(Package|Version):' "$root/push/tree/dists/stable/main/binary-amd64/Packages" | cut -d' ' -f2 | xargs; }
take() { hallmark accept far 3.0 --artefacts "$1"; }
refused 1 'does not hold what rebuilders got' 'before anybody has rebuilt it' take far
say far/record.json north far-north && say far/record.json east far-east
mkdir -p "$root/releases/attestations/far/3.0" empty
cp far-north.attestation.json "$root/releases/attestations/far/3.0"
refused 4 'nor by as many rebuilders as the policy asks for' 'what one of two got' take far
cp far-east.attestation.json "$root/releases/attestations/far/3.0"
refused 1 'does not hold what rebuilders got' 'without the files' take empty
refused 4 'approval statement: says' 'by approvals of the policy before' take far
for person in alice bob; do check "$person approves" hallmark approve far 3.0 --key "$(key "$person")"; done
# What else somebody commits there is named, and stops nothing.
said_of_far=$root/releases/attestations/far/3.0
head -c 1000 /dev/urandom >"$said_of_far/binary.attestation.json"
head -c 5000000 /dev/zero >"$said_of_far/huge.attestation.json"
ln -s /nonexistent "$said_of_far/nowhere.attestation.json"
mkdir "$said_of_far/folder.attestation.json"
check 'what two got, from a folder' take far
for name in binary huge nowhere folder; do
  grep -q "$name.attestation.json does not count" said.txt || fail "$name.attestation.json is not warned of"
done
check 'as rebuilt' grep -q '"evidence":"rebuilt".*"name":"far_3.0_amd64.deb"' "$root/sign/log/release.log"
check 'it is composed' hallmark compose far 3.0
check 'and in the suite' test 'far 3.0 other 2.0 tool 1.0' = "$(stable)"

# What the signer takes no more may be a dissent: that is no warning.
for day in {1..17}; do
  jq --argjson day "$day" '.built_at -= $day' far/record.json >day.json
  "$tools/attest" day.json "$(rebuilder south)" >"$said_of_far/day-$day.attestation.json"
done
refused 4 'rebuilder-has-not-said-too-much' 'a rebuilder who says more than is kept' take far
