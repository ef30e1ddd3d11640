# The lock on the package host: one terminal of a group at a time publishes, a terminal that was killed goes on by
# itself, and another one takes the host from it only when a person says so.

"$tools/terminal_with_packages" "$HALLMARK_BIN" "$PWD"
first=$HALLMARK_ROOT second=/mnt/second
www=host/srv/hallmark/www
on_second() { HALLMARK_ROOT=$second hallmark "$@"; }
name=$(jq -r .name "$first/terminal.json")

two_terminals "$first" "$second"
check 't1 publishes' hallmark publish
compgen -G "$www/.lock/$name-*/holder" >/dev/null && [[ ! -e $www/.lock/held ]] || fail 'the lock was not released'
check 't2 publishes' on_second publish

# t2 is killed while it has the lock.
kill_in_mid_publish() {
  local try running
  for try in {1..50}; do
    HALLMARK_ROOT=$second setsid hallmark publish >killed.txt 2>&1 &
    running=$!
    while [[ ! -e $www/.lock/held ]] && kill -0 "$running" 2>/dev/null; do :; done
    kill -KILL -- "-$running" 2>/dev/null || true
    wait "$running" 2>/dev/null || true
    sleep 0.2
    [[ ! -e $www/.lock/held ]] || return 0
  done
  return 1
}
kill_in_mid_publish || fail 't2 was never killed in time'
[[ $(curl -s -o /dev/null -w '%{http_code}' "$(<url)/.lock/held/holder") == 404 ]] || fail 'the lock is served'
refused 5 'package host h1: is locked by terminal t2 \(root on .*\), since 20' 't1 publishes meanwhile' hallmark publish
grep -q -- '--break-lock' said.txt || fail 'nobody says how to go on'
refused 2 'wait|break-lock' 'waiting for what is broken' hallmark publish --wait --break-lock

# t1 waits; t2 comes back, and goes on by itself.
: >waited.txt
hallmark publish --wait >waited.txt 2>&1 &
waiting=$!
until grep -q 'is locked by terminal t2.*waiting' waited.txt; do sleep 0.1; done
check 't2 goes on' on_second publish
grep -q 'this terminal had left its lock behind' said.txt || { cat said.txt; fail 'nobody was told'; }
wait "$waiting" || { cat waited.txt; fail 't1 waited for nothing'; }
echo 'ok: t1 waited for it'

# t2 dies for good.
kill_in_mid_publish || fail 't2 was never killed in time'
refused 5 'is locked by terminal t2' 't1 publishes' hallmark publish
check 'a person breaks the lock' hallmark publish --break-lock --json
grep -q 'the lock of terminal t2 (root on .*), since .* was broken' said.txt || { cat said.txt; fail 'it was not shown'; }
grep -q '"locks_broken"' said.txt || { cat said.txt; fail 'it is not in the answer'; }
compgen -G "$www/.lock/broken-*" >/dev/null || fail 'what was broken is not kept'
check 't2 comes back, and waits its turn like all' on_second publish
! grep -q 'left its lock behind' said.txt || fail 't2 took what is not its own'

# A lock under this terminal's name that is not its own: its name is no secret.
mv "$www/.lock/$name-"* "$www/.lock/held"
jq -c ".token_sha256 = \"$(printf '0%.0s' {1..64})\"" "$www/.lock/held/holder" >forged
cp forged "$www/.lock/held/holder"
refused 5 "is locked by terminal $name" "a lock in t1's name that is not its own" hallmark publish
echo '{' >"$www/.lock/held/holder"
refused 5 'says not whose it is' 'a lock of nobody' hallmark publish --break-lock
mv "$www/.lock/held" "$www/.lock/junk"
check 't1 publishes again' hallmark publish

# A host that does not answer cannot be locked, which is said; nor can anything be published there.
host_stop host
refused 5 'not locked: ' 'publishing to a host that is down' hallmark publish
