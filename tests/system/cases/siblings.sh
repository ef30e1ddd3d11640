# Two terminals of one group and one package host. What one accepted the other knows, from the host alone, before it
# signs; what it does not know it neither signs over nor replaces.

"$tools/terminal_with_packages" "$HALLMARK_BIN" "$PWD" --sources
first=$HALLMARK_ROOT second=/mnt/second
www=host/srv/hallmark/www
on_second() { HALLMARK_ROOT=$second hallmark "$@"; }
key() { echo "$first/demo/approvers/$1"; }
kinds() { grep -c "\"kind\":\"$2\"" "$1/sign/log/release.log" || true; }
packages() { grep -hE '^(Package|Version):' "$1/push/tree/dists/stable/main/binary-amd64/Packages" | cut -d' ' -f2 | xargs; }

two_terminals "$first" "$second"
name=$(jq -r .name "$first/terminal.json")
cp -a "$first/releases/." "$second/releases"

# t1 releases what it has accepted; t2 knows of it from the host alone.
refused 5 'no address of the hosts serves it' 'syncing before anybody published' on_second sync
check 't2 shows its log' on_second publish
prebuilt_product() {
  jq --arg name "$1" '.name = $name | .recipe.packages = [$name] | .evidence = "prebuilt"' \
    "$first/releases/products/tool.json" >product.json
  for root in "$first" "$second"; do cp product.json "$root/releases/products/$1.json"; done
  make_deb "$1" "$2"
}
prebuilt_product start 1.0
import_first() { hallmark import start 1.0 stable start_1.0_all.deb "$@"; }
release_first() {
  hallmark repo include stable debs
  for person in alice bob; do import_first --approve-only --key "$(key "$person")"; done
  import_first
  hallmark publish
  hallmark withdraw other 2.0 --key "$(key carol)"
  hallmark publish
}
cp -a "$first/sign" sign-before
check 't1 releases, and calls one package back' release_first

# kill -9 of each program at several moments, on a copy of t2; nothing needs repair.
cp -a "$second" third
on_third() { HALLMARK_ROOT=/mnt/third hallmark "$@"; }
pid_of() {
  local folder comm
  for folder in /proc/[0-9]*; do
    if read -r comm 2>/dev/null <"$folder/comm" && [[ $comm == "$1" ]]; then pid=${folder#/proc/} && return; fi
  done
  pid=''
}
for program in hallmark-sign hallmark-push hallmark; do
  for moment in 0 0.05 0.2 0.5; do
    on_third sync >killed.txt 2>&1 &
    running=$! pid=''
    while [[ -z $pid ]] && kill -0 "$running" 2>/dev/null; do pid_of "$program"; done
    sleep "$moment"
    [[ -z $pid ]] || kill -KILL "$pid" 2>/dev/null || true
    wait "$running" 2>/dev/null || true
  done
done
check 'hallmark sync goes on where it was killed' on_third sync
check 'the package is there' grep -q 'tool 1.0' <(on_third repo list stable)
! grep -q 'other 2.0' <(on_third repo list stable) || fail 'a withdrawn package is there'
check 'each line was adopted once' test 7 = "$(kinds third acceptance)"

check 'hallmark sync' on_second sync
grep -q "^$name: tool 1.0 for stable (approved by alice, bob)" said.txt || { cat said.txt; fail 'it does not say what it adopted'; }
check 'the same again has nothing to do' on_second sync --json
! grep -q "tool 1.0" said.txt || fail 'it adopted twice'
check 'its log says from where' grep -q "\"sibling\":\"$name\"" "$second/sign/log/release.log"

# t2 releases something of its own on top.
prebuilt_product extra 3.0
import() { on_second import extra 3.0 stable extra_3.0_all.deb "$@"; }
for person in alice bob; do check "$person's approval" import --approve-only --key "$(key "$person")"; done
check 't2 imports' import
check 't2 publishes over the Release of t1, which it knows' on_second publish
check 'both packages are there' test 'extra 3.0 start 1.0 tool 1.0' = "$(packages "$second")"
mkdir -p mirror && cp -r "$www/dists" mirror/

# t1 does not replace what it does not know.
cp -a "$www" www.kept
mv "$www/log/t2" hidden
refused 3 'is a Release that this terminal does not know|served-release-is-known' 't1 publishes without knowing of it' hallmark publish
mv hidden "$www/log/t2"
cmp "$www/dists/stable/InRelease" mirror/dists/stable/InRelease || fail 'it was replaced'
check 't1 syncs' hallmark sync
grep -q '^t2: extra 3.0 for stable' said.txt || { cat said.txt; fail 'it did not adopt what t2 accepted'; }
check 't1 has an index again' hallmark repo compose stable -o out
check 'which is the same, byte for byte' diff -r --exclude=by-hash "$first/push/tree/dists/stable/main/binary-amd64" "$second/push/tree/dists/stable/main/binary-amd64"
sources=push/tree/dists/stable/main/source
check 'and so are the sources' diff -r --exclude=by-hash "$first/$sources" "$second/$sources"
check 'of which the withdrawn one is gone' test 'Package: tool' = "$(grep ^Package: "$second/$sources/Sources")"
check 'with its files' cmp debs/tool_1.0.tar.xz "$second/push/tree/pool/main/t/tool/tool_1.0.tar.xz"

# t1 releases on top again, and the machine's own apt takes what each of them released.
prebuilt_product third 1.0
import_third() { hallmark import third 1.0 stable third_1.0_all.deb "$@"; }
release_third() {
  for person in alice bob; do import_third --approve-only --key "$(key "$person")"; done
  import_third
  hallmark publish
}
check 't1 publishes over the Release of t2, which it knows now' release_third
served_is_signed
mkdir -p apt/state/lists apt/cache apt/etc/preferences.d
printf 'deb [signed-by=/mnt/terminal/public/archive-keyring.asc] %s stable main\n' "$(<url)" >apt/etc/sources.list
isolated_apt() {
  apt-get -o Dir::State=/mnt/apt/state -o Dir::State::status=/dev/null -o Dir::Cache=/mnt/apt/cache \
    -o Dir::Etc=/mnt/apt/etc -o Dir::Etc::sourceparts=- -o APT::Sandbox::User=root -o APT::Architecture=amd64 "$@"
}
check 'apt-get update' isolated_apt update --error-on=any
mkdir taken
download() { cd taken && isolated_apt download tool extra third; }
check 'apt-get takes what t1 and t2 released' download
check 'byte for byte' cmp extra_3.0_all.deb taken/extra_3.0_all.deb

# The host is down: what is known is fresh enough to sign by, and nobody pretends to have looked.
host_stop host
refused 5 'release log of t2' 'syncing with a host that does not answer' hallmark sync
check 'the heartbeat goes on' on_second refresh stable
grep -q 'warning: served Release: not compared' said.txt || fail 'nobody was told that nothing was compared'
cp -a "$first/sign" sign-newest
cp -a "$first/public" public-newest

# t1's log in two versions, both signed by its key: its state was put back while it saw no host.
rm -rf "$first/sign" "$first/public/log"
cp -a sign-before "$first/sign"
refused 4 'rule: apk-was-accepted' 'another line in its place' hallmark apk sign --key app -o out.apk /bin/false
hallmark publish >/dev/null 2>&1 || true
host_start host
cp -r "$www/log/$name" log.kept
cp -r "$first/public/log/$name/." "$www/log/$name/"
refused 3 'rule: |terminal '"$name" 't2 is shown a forked log of t1' on_second sync
refused 3 'no-sibling-contradiction-stands' 'and signs nothing' on_second refresh stable
rm -r "$www/log/$name" && cp -r log.kept "$www/log/$name"
refused 3 'no-sibling-contradiction-stands' 'not even when the host shows the other one again' on_second refresh stable
