# What no Release names any longer leaves the package host, by renames alone, and then the terminal: old indices, and
# packages that were called back. Nothing that is served goes with it, and 'repo check' finds nothing wrong.

"$tools/terminal_with_packages" "$HALLMARK_BIN" "$PWD"
root=$HALLMARK_ROOT
www=host/srv/hallmark/www trash=host/srv/hallmark/trash
package_host "$root"
one_person_imports '.expiry = {keep_generations: 2, keep_days: 0} | del(.suites[].expiry)'

import() {
  make_deb tool "$1"
  check "tool $1 is imported" hallmark import tool "$1" stable "tool_$1_all.deb" --key "$root/demo/approvers/alice"
}
# A second at least between a publish and the next Release: what is not older by both clocks waits for one more.
publish() {
  hallmark publish >published.txt 2>&1 || { cat published.txt >&2; fail 'hallmark publish'; }
  sleep 1.1
}
index() { sha256sum "$www/dists/stable/main/binary-amd64/Packages" | cut -c1-64; }
by_hash() { echo "dists/stable/main/binary-amd64/by-hash/SHA256/$1"; }

check 'what was accepted' hallmark repo include stable debs
import 1.1
publish

# A bucket that is copied by the list that --emit-changes adds to, as docs/cli.md says: of each path the last line, the log
# first, removes last; stopping after MOST files.
emit() {
  hallmark publish --emit-changes changes >/dev/null 2>&1 || fail 'publish --emit-changes'
  to_copy
}
copy_to_bucket() {
  local most=$1 action path sha256 cache
  while IFS=$'\t' read -r action path sha256 cache; do
    if [[ $action == remove ]]; then
      rm -f "bucket/$path"
      continue
    fi
    has_hash "$sha256" "bucket/$path" >/dev/null 2>&1 && continue
    ((most-- > 0)) || return 0
    curl -fsS --create-dirs -D header -o "bucket/$path" "$(<url)/$path"
    has_hash "$sha256" "bucket/$path" || fail "$path is not what the list says"
    [[ $(tr -d '\r' <header | sed -n 's/^Cache-Control: //p') == "$cache" ]] || fail "the header of $path"
  done <to-copy
}
to_copy() {
  jq -rs '[to_entries[] | select(.value.path)] | group_by(.value.path) | map(last)
    | sort_by([.value.action == "remove", (.value.path | startswith("log/") | not), .key])[].value
    | [.action, .path, .sha256, .cache_control] | @tsv' changes >to-copy
}
# What apt reads of the bucket: InRelease, the indices by hash, and what these name.
by_hash_is_whole() {
  local hash size path
  : >in-pool
  gpgv --quiet --keyring ./keyring.gpg --output signed bucket/dists/stable/InRelease
  awk '/^SHA256:/ { on = 1; next } /^[^ ]/ { on = 0 } on' signed >by-hash
  [[ -s by-hash ]]
  while read -r hash size path; do
    has_hash "$hash" "bucket/dists/stable/${path%/*}/by-hash/SHA256/$hash"
    [[ $path == */Packages ]] || continue
    awk '/^Filename:/ { path = $2 } /^SHA256:/ { hash = $2 } /^$/ { print hash, path }' \
      "bucket/dists/stable/${path%/*}/by-hash/SHA256/$hash" >>in-pool
  done <by-hash
  [[ -s in-pool ]]
  while read -r hash path; do
    has_hash "$hash" "bucket/$path"
  done <in-pool
}
emit
copy_to_bucket 1000
check 'what the bucket serves is signed, complete and whole' walk_served bucket stable
check 'the list ends with what names all else' bash -c "tail -n 1 changes | jq -e '.path == \"dists/stable/InRelease\"'"
hallmark publish --json >again.json 2>/dev/null
check 'the host says to caches what it should' jq -e '.cache_warnings == []' again.json
sed 's/"terminal":"[^"]*"/"terminal":"other"/' changes >others-changes
refused 1 'is the list of terminal other' "another terminal's list" hallmark publish --emit-changes others-changes
first=$(index)
import 1.2
publish
emit
second=$(index)
[[ -e $www/$(by_hash "$first") && -e $www/$(by_hash "$second") ]] || fail 'one of the two newest sets is not there'
check 'with two sets, nothing expired' bash -c "! grep expired published.txt"

mv "$trash" trash-away
import 1.3
publish
check 'without a trash folder it is said' grep 'expired and still there: /trash: is no folder' published.txt
[[ -e $www/$(by_hash "$first") ]] || fail 'an index is gone without a trash folder'
mv trash-away "$trash"
hallmark refresh >/dev/null 2>&1
publish
check 'then it is moved' grep 'expired, in the trash' published.txt
[[ ! -e $www/$(by_hash "$first") && -e $trash/$(by_hash "$first") ]] || fail 'the oldest index was not moved'
[[ -e $www/$(by_hash "$second") ]] || fail 'an index of a kept set was moved'
served_is_signed

emit
inrelease=$(sha256sum <bucket/dists/stable/InRelease)
for ((left = 40; left > 0; left--)); do
  copy_to_bucket 1
  check "after file $((41 - left)) of two publishes apt finds all that it reads" by_hash_is_whole >/dev/null
done
check 'a copy of two publishes may stop anywhere, and in the end is whole' walk_served bucket stable
[[ $(sha256sum <bucket/dists/stable/InRelease) != "$inrelease" ]] || fail 'nothing was copied'
check 'and in the end what the host serves' cmp "bucket/dists/stable/InRelease" "$www/dists/stable/InRelease"
[[ ! -e bucket/$(by_hash "$first") ]] || fail 'the bucket kept what has expired'

deb=pool/main/t/tool/tool_1.3_all.deb
check 'tool 1.3 is withdrawn' hallmark withdraw tool 1.3 --key "$root/demo/approvers/alice"
publish
[[ -e $www/$deb ]] || fail 'a package went while a kept set of indices names it'
import 1.4
publish
[[ -e $root/push/tree/$deb ]] || fail 'the terminal forgot a package before the host did'
hallmark refresh >/dev/null 2>&1
publish
[[ ! -e $www/$deb && -e $trash/$deb ]] || fail 'a withdrawn package was not moved'
[[ ! -e $www/releases/tool/1.3/SHA256SUMS && -e $www/releases/tool/1.4/SHA256SUMS ]] || fail 'its checksums were not moved'
served_is_signed

check "the host's own timer empties the trash" host_empty_trash host 0
[[ -d $trash && -z $(find "$trash" -type f) ]] || fail 'something is left in the trash'

check 'hallmark repo check --deep' hallmark repo check --deep
hallmark repo gc --dry-run --json >planned.json 2>/dev/null
[[ -e $root/push/tree/$deb ]] || fail 'a dry run removed something'
check 'the dry run names the withdrawn package' jq -e --arg path "$deb" '.removed | any(.path == $path)' planned.json
refused 0 'removed' 'hallmark repo gc' hallmark repo gc
[[ ! -e $root/push/tree/$deb ]] || fail 'the withdrawn package is still there'
check 'nothing is missing after it' hallmark repo check --deep
publish
jq '.hosts[0].name = "renamed"' "$root/terminal.json" >renamed.json
cp "$root/terminal.json" terminal.json
cp renamed.json "$root/terminal.json"
refused 0 'is no longer in terminal.json; what it had is kept' 'gc, of a host that has gone' hallmark repo gc
cp terminal.json "$root/terminal.json"
hallmark publish --json >again.json 2>/dev/null
check 'so that it needs nothing again' jq -e '.uploaded == 0' again.json
served_is_signed

# Killed at any instant: nothing that is needed goes, and what is left to be done, the next one does.
for number in {1..8}; do
  mkdir -p "$root/push/tree/pool/left"
  chown --reference="$root/push/tree" "$root/push/tree/pool/left"
  (cd "$root/push/tree/pool/left" && seq -f "$number-%g.deb" 2000 | xargs touch)
  setsid hallmark repo gc >/dev/null 2>&1 &
  running=$!
  sleep "0.$((RANDOM % 3))$((RANDOM % 10))"
  kill -KILL -- "-$running" 2>/dev/null || true
  wait "$running" 2>/dev/null || true
  hallmark repo check --deep --json >checked.json 2>/dev/null || true
  jq -e '[.faults[] | select(.fault != "extra")] == []' checked.json >/dev/null || fail 'gc took what is needed'
done
check 'gc after eight that were killed' hallmark repo gc
check 'nothing is left or missing' hallmark repo check --deep

tool=$root/push/tree/pool/main/t/tool/tool_1.4_all.deb
cp -p "$tool" kept
printf x | dd of="$tool" bs=1 seek=100 conv=notrunc status=none
check 'a changed byte is not seen by names and sizes' hallmark repo check
refused 3 'tool_1.4_all.deb: has sha256' 'but by hallmark repo check --deep' hallmark repo check --deep
rm "$tool"
refused 3 'tool_1.4_all.deb: is not in the tree' 'a missing file' hallmark repo check
cp -p kept "$tool"
echo x >"$root/push/tree/pool/stray"
refused 0 'pool/stray: nothing in' 'a file too many' hallmark repo check
check 'which gc removes' hallmark repo gc
check 'and all is well' hallmark repo check --deep

# What is in which suite, and what a .changes file brings.
lists() { diff <(hallmark repo list "${@:2}") <(printf '%b' "$1"); }
check 'a query by name and version' lists 'stable main tool 1.1 all\nstable main tool 1.2 all\n' \
  stable 'to*' --version '>= 1.1' --version '<< 1.4'
check 'one that nothing fits' lists '' stable --arch arm64
refused 2 'is no operator and version' 'a version without an operator' hallmark repo list stable --version 1.0
check 'what one suite has more' bash -c "hallmark repo diff stable testing | grep -x -- '- other amd64 2.0'"
make_deb fresh 1.0
changes() {
  printf 'Format: 1.8\nSource: fresh\nVersion: 1.0\nChecksums-Sha256:\n %s %s fresh_1.0_all.deb\n' \
    "$(sha256sum fresh_1.0_all.deb | cut -c1-64)" "$(stat -c %s "${1:-fresh_1.0_all.deb}")" >fresh_1.0.changes
}
changes product.json
refused 3 'is not the file that fresh_1.0.changes names' 'a .changes with another size' \
  hallmark repo include testing fresh_1.0.changes
changes
mv fresh_1.0_all.deb elsewhere.deb
refused 3 'names fresh_1.0_all.deb' 'a .changes whose file is not there' hallmark repo include testing fresh_1.0.changes
ln -s elsewhere.deb fresh_1.0_all.deb
refused 3 'names fresh_1.0_all.deb' 'a .changes whose file is a link' hallmark repo include testing fresh_1.0.changes
mv elsewhere.deb fresh_1.0_all.deb
refused 0 'counts for nothing' 'a .changes, unsigned' hallmark repo include testing fresh_1.0.changes
check 'and its package is there' lists 'testing main fresh 1.0 all\n' testing fresh
printf 'Format: 3.0 (native)\nSource: fresh\nVersion: 1.0\n' >fresh_1.0.dsc
refused 3 'hint: .*debsign' 'an unsigned .dsc' hallmark repo include testing fresh_1.0.dsc
