# The disk of a group's only terminal is gone, with the signer's state on it. What is left are the backup of the keys,
# the releases repository and what the package host serves: a new terminal goes on from there.

"$tools/terminal_with_packages" "$HALLMARK_BIN" "$PWD"
first=$HALLMARK_ROOT second=/mnt/second
on_second() { HALLMARK_ROOT=$second hallmark "$@"; }
in_clone() { hallmark --root /mnt/clone "$@"; }
approver() { echo "/mnt/people/$1"; }
git_of() { git -c safe.directory='*' -c user.name=team -c user.email=team@example.org -C "$@"; }

prebuilt_product() {
  jq --arg name "$1" '.name = $name | .recipe.packages = [$name] | .evidence = "prebuilt"' \
    "$2/releases/products/tool.json" >product.json
  cp product.json "$2/releases/products/$1.json"
  make_deb "$1" "$3"
}
import() { # PRODUCT VERSION
  local person
  for person in alice bob; do
    hallmark import "$1" "$2" stable "$1_$2_all.deb" --approve-only --key "$(approver "$person")"
  done
  hallmark import "$1" "$2" stable "$1_$2_all.deb"
}
change_policy() { # FILTER
  local person
  hallmark policy show | jq "$1" >new.json
  hallmark policy propose new.json
  for person in alice bob; do hallmark policy approve --key "$(approver "$person")"; done
  hallmark policy change
}
release_things() {
  change_policy '.evidence = "prebuilt"'
  hallmark repo include stable debs
  import early 1.0
  change_policy '.withdraw_days = 5 | .suites[0].keep_versions = 1'
  import late 1.0
  hallmark publish
  import late 2.0
  hallmark withdraw other 2.0 --key "$(approver carol)"
  hallmark publish
}

package_host "$first"
cp -r "$first/demo/approvers" people
prebuilt_product early "$first" 1.0
prebuilt_product late "$first" 1.0
make_deb late 2.0
check 'the keys are backed up' hallmark keys backup keys.gpg --needed 2 --share a --share b
check 'a terminal releases' release_things
www=host/srv/hallmark/www
cp "$www/dists/stable/main/binary-amd64/Packages" published
inrelease=$(sha256sum <"$www/dists/stable/InRelease")
for file in archive-keyring.asc apk-app.der; do
  check "the releases repository has $file" cmp "$first/public/$file" "$first/releases/keys/$file"
done
git_of "$first/releases" add . && git_of "$first/releases" commit --quiet --message=team
check 'people have a clone of the releases repository' git_of . clone --quiet "$first/releases" /mnt/clone
settings=(--host "h1=127.0.0.1:$(host_setting host ssh_port)" --host-key "$(host_setting host host_key)" --url "$(<url)")
group=$(jq -r .group "$first/terminal.json")


# The disk is gone. The new terminal has a name and a log key of its own.
rm -rf "$first"
on_second init --demo --join --name t2 --group "$group" "${settings[@]}" --json >joined.json 2>/dev/null ||
  fail 'a new terminal'
host_authorize host "$(jq -r .publishing_key joined.json)"
refused 1 'hint: .*where none is: .* is a clone of the releases repository' 'taking over before anything was proposed' \
  on_second terminal enrol --sha256 "$(sha256sum <clone/policy.json | cut -c1-64)"

# People propose and approve on their own machines that it comes in the lost one's place.
jq --argjson entry "$(jq -c .log_key joined.json)" '.log_keys += [$entry]' clone/policy.json >new.json
digest=$(sha256sum <new.json | cut -c1-64)
check 'a proposal, in a clone' in_clone policy propose new.json
grep -q "new-policy: sha256:$digest" said.txt || { cat said.txt; fail 'it does not say the digest'; }
check "alice's approval" in_clone policy approve --key "$(approver alice)"
git_of clone add . && git_of clone commit --quiet --message=proposal
check 'the new terminal has the releases repository' git_of . clone --quiet /mnt/clone "$second/releases"
enrol() { on_second terminal enrol --sha256 "$digest"; }
refused 4 'new-keys-are-in-the-agent' 'taking over without the keys' enrol
check 'its keys come from the backup' on_second keys restore keys.gpg --share a --share b
refused 4 'approved-by-enough-people' 'taking over with one approval' enrol
refused 3 'has SHA-256 .*, and not the one given' 'taking over with a policy that nobody vouches for' \
  on_second terminal enrol --sha256 "$(printf '0%.0s' {1..64})"
[[ ! -e $second/policy.json ]] || fail 'a policy was put in force'
check "bob's approval" in_clone policy approve --key "$(approver bob)"
git_of clone add . && git_of clone commit --quiet --message=bob
check 'comes with the repository' git_of "$second/releases" pull --quiet
ln -sf /etc/passwd "$second/releases/keys/archive-keyring.asc"
refused 3 'leads through a link' 'a key that is a link out of the repository' enrol
git_of "$second/releases" checkout --quiet keys
check 'it takes over' enrol
check 'and again' enrol
cmp new.json "$second/policy.json" || fail 'another policy is in force'
check 'which the releases repository has too' cmp new.json "$second/releases/policy.json"

# It signs nothing before it knows what was done, and learns that from the host alone.
mv "$www/log" hidden
refused 4 'sibling-logs-are-fresh' 'signing without having read the lost log' on_second refresh stable
mv hidden "$www/log"
mv "$www/pool" hidden
refused 3 "hint: .*'hallmark sync --from' a folder with a copy" 'adopting what nobody serves' on_second sync
mv hidden "$www/pool"
# Of what was called back nobody has a copy any more, nor of what newer versions took the place of, which the host has let
# expire: nobody is asked for one.
rm debs/other_2.0* "$www"/pool/main/l/late/late_1.0_all.deb
check 'hallmark sync' on_second sync
for package in 'early 1.0' 'late 1.0' 'late 2.0'; do
  grep -q ": $package for stable (approved by alice, bob)" said.txt || { cat said.txt; fail "$package was not adopted"; }
done
check 'what was called back is not there' test -z "$(on_second repo list stable | grep -E 'other 2.0|late 1.0')"

# What it serves goes on from what was served, byte for byte.
refused 2 'needs the suites by name' 'signing no suite by name' on_second repo compose --sign
check 'its Release is signed' on_second repo compose --sign stable
check 'hallmark publish' on_second publish
check 'the index is the lost one' cmp published "$www/dists/stable/main/binary-amd64/Packages"
[[ $(sha256sum <"$www/dists/stable/InRelease") != "$inrelease" ]] || fail 'InRelease was not signed anew'
mkdir terminal && cp -r "$second/public" terminal/
served_is_signed
[[ -e $www/log/t2/checkpoint && -e $www/log/$(jq -r .log_keys[0].terminal new.json)/checkpoint ]] || fail 'a log is not served'

# What comes next is released as ever; the lost terminal's log key goes with a change of the policy.
HALLMARK_ROOT=$second
release_next() {
  import next 1.0
  hallmark publish
}
prebuilt_product next "$second" 1.0
check 'the next release' release_next
check 'is served' grep -q '^Package: next$' "$www/dists/stable/main/binary-amd64/Packages"
forget_lost() {
  change_policy '.log_keys |= map(select(.terminal == "t2"))'
  hallmark publish
}
check 'without the lost terminal' forget_lost
served_is_signed
