# bundle export and import: what a terminal has fetched goes on media to another that has no network, and is built there
# from nothing else. Media that are not right, are pulled out in mid-import, or come a second time. No network at all.

offline() { HALLMARK_ROOT=/mnt/offline hallmark "$@"; }
forget() { rm -rf offline/fetch/quarantine offline/fetch/bundles.json; }
quarantined() { [[ ! -d offline/fetch/quarantine ]] || find offline/fetch/quarantine -type f; }
in_quarantine() { quarantined | wc -l; }
named_by_their_hash() {
  local file
  while read -r file; do
    [[ $(sha256sum <"$file") == "$(basename "$file")  -" ]] || fail "$file has not the hash it is named by"
  done < <(quarantined)
}
# tampered STATUS TEXT COMMAND WHAT: a copy of the bundle, changed, is refused; what came of it is right.
tampered() {
  forget
  rm -rf tampered
  cp -a folder tampered
  (cd tampered && eval "$3")
  refused "$1" "$2" "a bundle where $4" offline bundle import tampered
  named_by_their_hash
  [[ ! -e offline/fetch/bundles.json ]] || fail 'a bundle that was refused counts as imported'
}

check 'export to a folder' hallmark bundle export figlet "$figlet" -o folder
hallmark --json bundle export figlet "$figlet" -o stick.tar >exported.json 2>/dev/null || fail 'export to a tar file'
jq --exit-status '.counter == 2 and .locks[0].product == "figlet" and .files > 100' exported.json >/dev/null
all=$(jq .files exported.json)
refused 1 'is there already' 'a bundle in the place of another' hallmark bundle export figlet "$figlet" -o folder
refused 2 'has no version' 'half a release' hallmark bundle export figlet "$figlet" hello -o other
refused 1 'is not pinned' 'a release that is not pinned' hallmark bundle export figlet 9.9 -o other
[[ ! -e other && ! -e .other.part ]] || fail 'an export that failed left something'

mkdir unpacked
tar --extract --file stick.tar --directory unpacked
tar --list --verbose --numeric-owner --file stick.tar >listed
[[ $(grep -cE '^-rw-r--r-- 0/0 .* 1970-01-01 ' listed) == $((all + 1)) ]] || fail 'a tar file in its one form'
awk '{ print $NF }' listed | LC_ALL=C sort --check
check 'folder and tar hold the same but for the counter' diff -r --exclude manifest.json folder unpacked
check 'its files are named by their hash' eval "cd folder; sha256sum sha256-* | sed 's/ .*sha256-/ /' | awk '\$1 != \$2 { exit 1 }'"

cp -a terminal offline
forget
rm -rf offline/build/environments
refused 5 'InRelease|resolve' 'fetching without a network' offline fetch figlet "$figlet"

big=$(find folder -type f -printf '%s %f\n' | sort -n | tail -1 | cut -d' ' -f2)
tampered 3 "$big has sha256" "printf x | dd of=$big bs=1 seek=1000 conv=notrunc status=none" 'a byte was changed'
tampered 3 "$big is missing" "rm $big" 'a file is missing'
tampered 3 "$big has .* bytes, and the manifest says" "echo >>$big" 'a file is too long'
tampered 5 "$big is cut short" "truncate -s -1 $big" 'a file is too short'
tampered 3 "$big is a symbolic link" "mv $big ../elsewhere; ln -s ../elsewhere $big" 'a file is a link'
tampered 3 "$big is not a regular file" "rm $big; mkfifo $big" 'a file is a pipe'
tampered 3 'extra is not in the manifest' 'touch extra' 'a file is added'
tampered 3 "sha256-0+ is wanted by none" "digits=\$(printf %064d 0); echo >sha256-\$digits
  jq --arg digits \$digits '.files = [{sha256: \$digits, size: 1}] + .files' manifest.json >new; mv new manifest.json" 'a file is wanted by no lock'
tampered 3 'lacks ' "rm $big; jq --arg name $big '.files |= map(select(\"sha256-\" + .sha256 != \$name))' manifest.json >new
  mv new manifest.json" 'one file less is declared'
tampered 3 'of which this terminal has no lock' "sed -i 's/\"2.2.5-3\"/\"2.2.5-4\"/' manifest.json" 'another version is carried'
tampered 3 'is of another lock of figlet' "sed -i 's/\"lock_sha256\": \".\{8\}/\"lock_sha256\": \"00000000/' manifest.json" 'another lock is carried'
tampered 3 'manifest.json' "sed -i 's/\"counter\": 1/\"counter\": 0/' manifest.json" 'the counter is none'
tampered 1 'has no manifest.json' 'rm manifest.json' 'there is no manifest'
tampered 1 'cannot be read: Permission denied' 'chmod 0700 .' 'hallmark-fetch may not read'
forget
tar --create --file by-hand.tar -C unpacked .
refused 3 'is not a tar file that' 'a tar file that was packed by hand' offline bundle import by-hand.tar
refused 1 'is neither a folder nor a file' 'a device' offline bundle import /dev/null

# The medium is a file system of which, from a moment on, only the first half can be read.
pulled_out() {
  cp -r unpacked stick/figlet
  umount stick
  cp --sparse=always medium whole
  mount -o loop,ro medium stick
  truncate -s "$(($(stat -c %s medium) / 2))" medium
  refused 5 'cannot be read: Input/output error' 'media pulled out in mid-import' offline bundle import stick/figlet
  umount stick
  some=$(in_quarantine)
  [[ $some -gt 0 && $some -lt $all && ! -e offline/fetch/bundles.json ]] || fail "$some of $all files came"
  named_by_their_hash
  refused 5 'InRelease|resolve' 'not all is there yet' offline fetch figlet "$figlet"
  mount -o loop,ro whole stick
}
truncate -s "$(($(stat -c %s stick.tar) * 5 / 4 + 33554432))" medium
mkfs.ext4 -q -m 0 medium
mkdir stick
some=0
if mount -o loop medium stick; then pulled_out; else echo 'skipped: no loop device for a medium to be pulled out'; cp -r unpacked stick/figlet; fi
offline --json bundle import stick/figlet >imported.json 2>/dev/null || fail 'put back in, it goes on'
jq --exit-status --argjson some "$some" --argjson all "$all" '.already == $some and .files == $all and .counter == 2' \
  imported.json >/dev/null || fail "going on after $some files"
echo "ok: put back in, it goes on after $some of $all files"
check 'nothing is left to download' offline fetch figlet "$figlet"
grep -q ' 0 downloaded' said.txt
refused 3 'bundle 2 of exporter [0-9a-f]{32}: was imported already' 'the same bundle again' offline bundle import stick.tar
refused 3 'is older than bundle 2' 'an older bundle' offline bundle import folder

# kill -9 in mid-import. Where it was too late, once more.
caught=''
for _ in {1..20}; do
  forget
  offline bundle import folder >killed.txt 2>&1 &
  running=$!
  until [[ $(in_quarantine) -gt 0 ]] || ! kill -0 "$running" 2>/dev/null; do :; done
  for folder in /proc/[0-9]*; do
    if read -r comm 2>/dev/null <"$folder/comm" && [[ $comm == hallmark-fetch ]]; then
      kill -KILL "${folder#/proc/}" 2>/dev/null || true
    fi
  done
  wait "$running" || true
  some=$(in_quarantine)
  if [[ $some -gt 0 && $some -lt $all && ! -e offline/fetch/bundles.json ]]; then caught=yes; break; fi
done
[[ -n $caught ]] || fail 'hallmark-fetch was never there to be killed'
named_by_their_hash
check "kill -9 after $some of $all files; it goes on" offline bundle import folder
check 'a later one, of which all is there' offline bundle import stick.tar
check 'nothing is left to download' offline fetch figlet "$figlet"
grep -q ' 0 downloaded' said.txt
check 'figlet is built from it' offline build figlet "$figlet"
