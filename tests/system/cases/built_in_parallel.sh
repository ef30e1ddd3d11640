# Targets of one lock are built at the same time, in real sandboxes. One of them fails: the others are kept, it is named
# with its log, and it alone is tried again. Whoever is killed in the middle (the command, the server, one of the
# processes that build), no sandbox stays and nothing is lost. No network.

# shellcheck disable=SC2154  # run-case sets $here
. "$here/own_archive.sh"

own_archive
own_sources "file:$PWD/archive" bookworm
ssh-keygen -q -t ed25519 -N '' -f author
mkdir upstream
tool_git() {
  env GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null git -C upstream -c user.name=author \
    -c user.email=author@example.org -c gpg.format=ssh -c user.signingkey="$PWD/author" "$@"
}
# Only one of the two environments has make. The sleep is for being caught at work.
cat >upstream/build.sh <<'END'
sleep 2
[ "$(ulimit -p)" -le 4096 ] && [ "$(ulimit -d)" -le 16777216 ] || exit 8
[ -e /usr/bin/make ] || { printf 'no make here: \377\n'; exit 7; }
cat build.sh >"$OUT/app.apk"
END
tool_git init --quiet --initial-branch=main --template=
tool_git add .
tool_git commit --quiet --message=tool
tool_git tag --sign --message=1.0 v1.0
cat >terminal/releases/products/tool.json <<END
{"format": "hallmark-product-v1", "name": "tool",
 "origin": {"kind": "git", "url": "$PWD/upstream", "tag": "v{version}", "signers": ["$(cut -d' ' -f1,2 author.pub)"]},
 "environments": [{"name": "with-make", "suite": "bookworm", "packages": ["make"]}, {"name": "bare", "suite": "bookworm"}],
 "targets": [
  {"suite": "stable", "component": "main", "architecture": "amd64", "environment": "with-make"},
  {"suite": "stable", "component": "main", "architecture": "amd64", "environment": "bare"},
  {"suite": "candidates", "component": "main", "architecture": "amd64", "environment": "with-make"}],
 "recipe": {"kind": "apk", "script": "build.sh", "outputs": ["app.apk"], "package": "org.example.tool", "key": "app"}}
END
check 'a product of three targets is pinned' hallmark pin tool 1.0
good=stable_main_amd64_with-make other=candidates_main_amd64_with-make bad=stable_main_amd64_bare

# What a kill sets off takes its moments, the more so on a busy machine.
none_left() { while pgrep -x 'bwrap|hallmark-build' || pgrep -xf 'sleep 2'; do sleep 0.05; done; }
ended_with() { check "no process outlives $1" timeout 30 bash -c "$(declare -f none_left); none_left"; }

# start_three: all three targets are in their recipe, built by the processes $workers of the server $server of the command $running.
start_three() {
  local tries
  hallmark build tool 1.0 --jobs 3 >killed.txt 2>&1 </dev/null &
  running=$!
  for ((tries = 0; tries < 1200; tries++)); do
    server=$(pgrep -P "$running" -x hallmark-build || true)
    mapfile -t workers < <(pgrep -P "${server:-0}" -x hallmark-build)
    [[ ${#workers[@]} -lt 3 || $(pgrep -cxf 'sleep 2') -lt 3 ]] || return 0
    sleep 0.05
  done
  cat killed.txt >&2
  fail 'three are built at the same time'
}

# killed WHAT PID: everything of a build of three ends with it; $ended is the command's.
killed() {
  kill -KILL "$2"
  ended=0
  wait "$running" 2>/dev/null || ended=$?
  ended_with "$1 that was killed"
}

start_three
killed 'a command' "$running"
start_three
killed 'a server' "$server"
if [[ $ended != 1 ]] || ! grep -q 'error: hallmark-build: was ended by signal 9' killed.txt; then
  cat killed.txt >&2
  fail "a server that was killed is told: exit status $ended"
fi
[[ -z $(find terminal/build terminal/spool -name app.apk -o -name '*.record') ]] || fail 'nothing is kept of what was killed'

refused 1 "1 of 3 targets failed: $bad" 'one of three fails' hallmark build tool 1.0 --jobs 2
grep -q "error: build 1/2 of tool for $bad: failed with status 7" said.txt || fail 'its error is told'
grep -q 'no make here' said.txt || fail 'the end of its log is told'
log=$(sed -n 's/.*the whole log is in //p' said.txt)
grep -qa '^no make here: ' "$log" || fail "its log is where it is said to be: $log"
for target in "$good" "$other"; do
  grep -q "^compare  *$target " said.txt || fail "a line for each step of $target"
  [[ -s $(find terminal/build/out -path "*/$target/app.apk") ]] || fail "$target is kept"
done
[[ $(find terminal/build/out -name '*.record' | wc -l) == 2 && $(find terminal/spool/records -name '*.json' | wc -l) == 2 ]] ||
  fail 'there are two records'
[[ -z $(find terminal/build/work -name 'workspace-*') ]] || fail 'no workspace is left'

refused 1 "build 1/2 of tool for $bad: failed with status 7" 'it alone' hallmark build tool 1.0 --only "$bad"
check 'one of the others is not built again' hallmark build tool 1.0 --only "$good"
if grep -q 'build 1/2' said.txt; then fail 'it was built again'; fi
hallmark --json build tool 1.0 --only "$good" 2>/dev/null | jq --exit-status '.artefacts | length == 1' >/dev/null ||
  fail 'for programs'
refused 2 'is not a target of the lock' 'a target that there is not' hallmark build tool 1.0 --only stable
for target in "$good" "$bad" "$other"; do grep -q "hint: it has: .*$target" said.txt || fail "$target is among those there are"; done
refused 2 '--jobs' 'no targets at a time' hallmark build tool 1.0 --jobs 0

# One of the three processes is killed, as by a kernel that lacks memory.
rm -r terminal/build/out
start_three
kill -KILL "${workers[0]}"
wait "$running" && fail 'a build of which one process was killed'
for text in "error: $good: worker: was ended by signal 9" "2 of 3 targets failed: $good, $bad\$"; do
  grep -q "$text" killed.txt || { cat killed.txt >&2; fail "it is told: $text"; }
done
[[ -s $(find terminal/build/out -path "*/$other/app.apk") ]] || fail 'another is kept'
ended_with 'a command that has ended'
check 'it is built again' hallmark build tool 1.0 --only "$good"
echo 'ok: one that is killed is named, and stops no other'

# On a terminal there is a table, with what the last build took.
rm -r terminal/build/out
script --quiet --return --command "hallmark build tool 1.0 --only $good" typescript </dev/null >/dev/null || fail 'on a terminal'
grep -aq 'target  *state  *build 1/2  *build 2/2  *compare' typescript || fail 'a table'
grep -aq "$good  *builds  *[0-9.]* s of [0-9.]* s  *([0-9.]* s)" typescript || fail 'with elapsed and expected time'
grep -aq "$good  *built " typescript || fail 'that ends with what was built'
echo 'ok: a table on a terminal'
