# How many machines take a version, with the real signer and agent: stock apt holds back what it is told to. Less takes one
# person, more takes enough.

"$tools/terminal_with_packages" "$HALLMARK_BIN" "$PWD"
root=$HALLMARK_ROOT
key() { echo "$root/demo/approvers/$1"; }
one_person_imports
check 'what was accepted' hallmark repo include stable debs

# Machines that have tool 1.0, and one that has nothing.
mkdir -p machine/home machine/lists/partial machine/archives/partial machine/etc/apt/sources.list.d machine/etc/apt/preferences.d
printf 'Types: deb\nURIs: file:%s\nSuites: stable\nComponents: main\nSigned-By: %s\n' "$root/push/tree" \
  "$root/public/archive-keyring.asc" >machine/etc/apt/sources.list.d/hallmark.sources
printf 'Package: tool\nStatus: install ok installed\nVersion: 1.0\nArchitecture: all\nMaintainer: nobody <nobody@example.org>\nDescription: test\n' \
  >machine/has-tool
apt_of() {
  (cd machine/home && apt-get -q -o "Dir::Etc=$PWD/../etc/apt" -o "Dir::State::lists=$PWD/../lists" -o "Dir::Cache=$PWD/.." \
    -o "Dir::State::status=${installed:-$PWD/../has-tool}" -o APT::Sandbox::User=root -o "APT::Machine-ID=$1" "${@:2}")
}
id() { printf '%032d' "$1"; }
# How many of ten machines would upgrade to the version.
upgrade() {
  local machine count=0
  apt_of "$(id 0)" update --error-on=any >apt.txt 2>&1 || return
  for machine in {0..9}; do
    apt_of "$(id "$machine")" upgrade --simulate >apt.txt 2>&1 || return
    if grep -q "^Inst tool \[1.0\] ($1" apt.txt; then count=$((count + 1)); fi
  done
  echo "$count"
}

# import VERSION: into the suite, signed.
import() {
  make_deb tool "$1"
  check "tool $1 is imported" hallmark import tool "$1" stable "tool_$1_all.deb" --key "$(key alice)"
}
import 1.1
check 'every machine takes it' test 10 = "$(upgrade 1.1)"

jq '.threshold = 2' <(hallmark policy show) >two.json
check 'two people are asked for' hallmark policy propose two.json
check 'alice approves' hallmark policy approve --key "$(key alice)"
check 'it comes into force' hallmark policy change
roll() { hallmark rollout tool "$@"; }
refused 4 'counts 0 of the 1 people' 'stopping without anybody' roll halt
check 'one person stops it' roll halt --key "$(key alice)"
grep -q 'no machine upgrades to it' said.txt || fail 'what was done is not said'
check 'no machine takes it' test 0 = "$(upgrade 1.1)"
check 'the status has it' hallmark status
grep -q '^rollout: 0% of the machines upgrade to tool 1.1 in suite stable$' said.txt || fail 'the status does not say so'
check 'it is in the log' grep -q '"from":100,"kind":"rollout"' "$root/sign/log/release.log"
installed=/dev/null apt_of "$(id 0)" install --simulate tool >new.txt
check 'a machine that has none gets it' grep -q '^Inst tool (1.1' new.txt
refused 4 'counts 1 of the 2 people' 'one person lets it go on' roll 50% --key "$(key alice)"
check 'two do' roll 50% --key "$(key bob)"
some=$(upgrade 1.1)
check "some machines take it: $some of ten" test "$some" -gt 0 -a "$some" -lt 10
check 'the heartbeat keeps it' hallmark refresh
check 'it is what was composed' hallmark repo compose stable
changes() { grep -c '"kind":"rollout"' "$root/sign/log/release.log"; }
before=$(changes)
check 'the same again' roll 50%
check 'changes nothing' test "$before" = "$(changes)"
check 'one person stops it once more' roll halt --key "$(key bob)"
refused 4 'counts 0 of the 2 people' 'what both signed before counts no longer' roll 50%
check 'to all, alice' roll 100% --approve-only --key "$(key alice)"
check 'to all, bob' roll 100% --key "$(key bob)"
check 'every machine takes it again' test 10 = "$(upgrade 1.1)"

# From the start, as the product file says.
jq '.rollout = 0' "$root/releases/products/tool.json" >slow.json
cp slow.json "$root/releases/products/tool.json"
make_deb tool 1.2
for person in alice bob; do
  check "$person approves of tool 1.2" hallmark import tool 1.2 stable tool_1.2_all.deb --approve-only --key "$(key "$person")"
done
check 'tool 1.2 is imported' hallmark import tool 1.2 stable tool_1.2_all.deb
check 'no machine takes it yet' test 0 = "$(upgrade 1.2)"

refused 2 'no share of the machines' 'more than all' roll 101%
refused 2 'no share of the machines' 'a word' roll most
refused 1 'is not in suite testing' 'a suite that lacks it' roll 10% --suite testing
refused 1 'is in no suite' 'what nobody released' hallmark rollout nothing 10%
