# "keep_versions": older versions leave their suite, by policy alone; what left is taken out of the repository whatever was
# killed in between, and comes back by nothing.

"$tools/terminal_with_packages" "$HALLMARK_BIN" "$PWD"
root=$HALLMARK_ROOT
key() { echo "$root/demo/approvers/$1"; }
versions() { sed -n 's/^Version: //p' "$root/push/tree/dists/testing/main/binary-amd64/Packages" | xargs; }
pool() { find "$root/push/tree/pool" -name 'extra_*' -printf '%f\n' | sort | xargs; }
kept() {
  jq --argjson versions "$1" '.evidence_levels = [{product: "extra", evidence: "prebuilt"}]
    | .suites[] |= if .name == "testing" then .keep_versions = $versions else . end' "$root/policy.json"
}
change_policy() {
  check 'a proposal' hallmark policy propose "$1"
  for person in alice bob; do check "$person's approval" hallmark policy approve --key "$(key "$person")"; done
}

kept 0 >wrong.json
refused 1 'keep_versions must be from 1 to 10000' 'keeping nothing' hallmark policy propose wrong.json
kept 2 >new.json
change_policy new.json
check 'the difference in words' grep -qF 'keep_versions: 2' <(hallmark policy diff)
check 'a suite that keeps two versions' hallmark policy change

for version in 1.0 2.0 3.0 4.0; do make_deb extra $version; done
jq '.name = "extra" | .evidence = "prebuilt" | .recipe.packages = ["extra"]' "$root/releases/products/tool.json" >product.json
cp product.json "$root/releases/products/extra.json"
import() {
  local version=$1
  shift
  for person in alice bob; do
    check "$person's approval" hallmark import extra "$version" testing "$@" --approve-only --key "$(key "$person")"
  done
}
import three extra_1.0_all.deb extra_2.0_all.deb extra_3.0_all.deb
three() { hallmark import extra three testing extra_{1,2,3}.0_all.deb; }
check 'three versions come' three
cp said.txt words.txt
check 'it is said which of them leaves' grep -qF 'testing: extra 1.0 all leaves' words.txt
check 'the two newest stay' test '2.0 3.0' = "$(versions)"
check 'and their files' test 'extra_2.0_all.deb extra_3.0_all.deb' = "$(pool)"
check 'the same again' three
check 'brings nothing back' test '2.0 3.0' = "$(versions)"
check 'nor does including it' hallmark repo include testing extra_1.0_all.deb
check 'which the suite does not take' test 'extra_2.0_all.deb extra_3.0_all.deb' = "$(pool)"

pid_of() {
  local folder comm
  for folder in /proc/[0-9]*; do
    if read -r comm 2>/dev/null <"$folder/comm" && [[ $comm == "$1" ]]; then pid=${folder#/proc/} && return; fi
  done
  pid=''
}
import four extra_4.0_all.deb
killed=0
four() { hallmark import extra four testing extra_4.0_all.deb; }
for program in hallmark-sign hallmark-push hallmark; do
  for moment in 0 0.05 0.2; do
    four >killed.txt 2>&1 &
    running=$!
    pid=''
    while [[ -z $pid ]] && kill -0 "$running" 2>/dev/null; do pid_of "$program"; done
    sleep "$moment"
    if [[ -n $pid ]] && kill -KILL "$pid" 2>/dev/null; then killed=$((killed + 1)); fi
    wait "$running" 2>/dev/null || true
  done
done
check 'something was killed' test "$killed" -gt 0
check 'it goes on where it was killed' four
check 'the newest two again' test '3.0 4.0' = "$(versions)"
check 'and their files alone' test 'extra_3.0_all.deb extra_4.0_all.deb' = "$(pool)"
check 'the repository is whole' hallmark repo check

check 'the newest is called back' hallmark withdraw extra four --key "$(key carol)"
check 'and nothing comes in its place' test 3.0 = "$(versions)"

kept 3 >more.json
change_policy more.json
refused 4 'rule: retired-versions-stay-retired' 'keeping more again' hallmark policy change
kept 1 >fewer.json
change_policy fewer.json
check 'keeping fewer' hallmark policy change
make_deb extra 5.0
import five extra_5.0_all.deb
check 'a version more' hallmark import extra five testing extra_5.0_all.deb
check 'is the only one' test 5.0 = "$(versions)"
