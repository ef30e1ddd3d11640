# Two terminals of one group that release one app in turns, through one package host. What one signed the other
# publishes, byte for byte; a version code that both took, and a release that a dead terminal never published, are
# settled by people.

"$tools/terminal_with_packages" "$HALLMARK_BIN" "$PWD" --fdroid
first=$HALLMARK_ROOT second=/mnt/second
www=host/srv/hallmark/www
on_second() { HALLMARK_ROOT=$second hallmark "$@"; }
key() { echo "$first/demo/approvers/$1"; }
name=$(jq -r .name "$first/terminal.json")

two_terminals "$first" "$second"
mkdir -p "$second/demo" && cp -a "$first/demo/approvers" "$second/demo/"
check 'the packages of t1 are in its repository' hallmark repo include stable debs
check 't2 shows its log' on_second publish

# app ROOT VERSION CODE [SEED]: accepted and signed there.
built() { "$tools/built_app" "$HALLMARK_BIN" "$@"; }
accept() { HALLMARK_ROOT=$1 hallmark accept app "$2"; }
finish() {
  HALLMARK_ROOT=$1 hallmark sign app "$2"
  HALLMARK_ROOT=$1 hallmark compose app "$2"
  HALLMARK_ROOT=$1 hallmark publish
}
release() {
  built "$@"
  accept "$1" "$2"
  finish "$1" "$2"
}
package=$(sed -n "s/^PACKAGE = '\([^']*\)'.*/\1/p" "$tools/apk_lab/manifest.py")
served() { echo "$www/apk/${package}_$1.apk"; }
share() { cp -a "$1/releases/." "$2/releases"; }

fingerprint() { sha256sum <"$first/public/apk-repo.der" | cut -d' ' -f1; }
# codes CODE...: the version codes in the F-Droid index that is served, which fdroidserver verifies.
codes() {
  "$tools/fdroid_client" "$(<url)/apk?fingerprint=$(fingerprint)" >index.json
  test "$*" = "$(jq -r --arg package "$package" '[.packages[$package].versions[].manifest.versionCode] | sort | join(" ")' index.json)"
}

check 't1 releases the app' release "$first" 1.0 1
check 'it is served' cp "$(served 1.0)" app-1.0.apk
share "$first" "$second"
check 't2 syncs' on_second sync
grep -q "^$name: app 1.0 for stable" said.txt || { cat said.txt; fail 'it does not say what it adopted'; }
grep -q '1 app(s) added' said.txt || { cat said.txt; fail 'the app did not come into its repository'; }
check 'byte for byte' cmp app-1.0.apk "$second/push/tree/apk/${package}_1.0.apk"
check 't2 publishes' on_second publish
check 'the same is served' cmp app-1.0.apk "$(served 1.0)"
check 't2 would sign the same' on_second sync

check 't2 releases the next version code' release "$second" 1.1 2
check 'its F-Droid index tells of what t1 signed too' codes 1 2
check 'both are served' cmp app-1.0.apk "$(served 1.0)"
cp "$(served 1.1)" app-1.1.apk
share "$second" "$first"
check 't1 syncs' hallmark sync
check 'the app is in its repository' cmp app-1.1.apk "$first/push/tree/apk/${package}_1.1.apk"
refused 4 'rule: version-code-rises' 'and the version code is taken there' release "$first" 1.1.again 2 7
refresh() {
  hallmark refresh stable
  hallmark publish
}
check 't1 publishes' refresh
check 'the newest is served as it was' cmp app-1.1.apk "$(served 1.1)"
check 'apt and stock verifiers see one app' apksigner verify app-1.1.apk

# Both take version code 3 before they have read each other.
built "$first" 1.2 3
built "$second" 1.3 3 9
host_stop host
check 't1 accepts 3' accept "$first" 1.2
check 't2 accepts 3' accept "$second" 1.3
host_start host
check 't1 goes on' finish "$first" 1.2
refused 4 'version-code-rises.*|call one of the two releases back' 't2 syncs' on_second sync
grep -q 'hallmark withdraw' said.txt || { cat said.txt; fail 'nobody says how to go on'; }
refused 4 'rule: sibling-lines-are-adopted' 't2 signs nothing until then' on_second sign app 1.3
share "$first" "$second"
check 't2 calls its own back' on_second withdraw app 1.3 --key "$(key carol)"
check 't2 goes on' on_second sync
refresh_second() { HALLMARK_ROOT=$second refresh; }
check 't2 publishes' refresh_second
check 'the app of t1 is in its repository' cmp "$(served 1.2)" "$second/push/tree/apk/${package}_1.2.apk"

# Nobody serves what t2 had accepted, and nobody has to: t2 called it back.
share "$second" "$first"
check 't1 syncs' hallmark sync
check 't1 and t2 agree again' release "$first" 1.4 4
share "$first" "$second"
check 't2 syncs' on_second sync

# What t1 had signed is called back by t2, which never signed it: it leaves both repositories.
test -s "$second/push/tree/apk/${package}_1.4.apk" || fail 't2 does not have it'
check 't2 calls it back' on_second withdraw app 1.4 --key "$(key carol)"
test ! -e "$second/push/tree/apk/${package}_1.4.apk" || fail 'the withdrawn app is left in the repository of t2'
check 't2 publishes' refresh_second
share "$second" "$first"
check 't1 syncs' hallmark sync
test ! -e "$first/push/tree/apk/${package}_1.4.apk" || fail 'the withdrawn app is left in the repository of t1'
check 't1 publishes' refresh
check 't2 syncs' on_second sync

# t2 accepts, shows its log and dies. t1 takes what t2 had built, or its builder built from the same lock.
built "$second" 1.5 5
accept_and_die() {
  accept "$second" 1.5
  HALLMARK_ROOT=$second refresh
}
check 't2 accepts a release, and dies before it is published' accept_and_die
share "$second" "$first"
cp -a "$second/build/out" kept-build
rm -rf "$second"
refused 4 'is served by nobody' 't1 syncs' hallmark sync
refused 4 'sibling-lines-are-adopted' 't1 signs nothing' hallmark refresh stable
check 't1 syncs with what the builder gives' hallmark sync --from kept-build
mkdir -p "$first/build/out" && cp -a kept-build/. "$first/build/out"
for record in kept-build/*/*.record; do
  install -o hallmark-build -m 0644 "$record" "$first/spool/records/$(sha256sum <"$record" | cut -d' ' -f1).json"
done
check 't1 releases it' finish "$first" 1.5
check 'it is served' test -s "$(served 1.5)"
