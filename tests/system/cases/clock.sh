# What people do about a clock that the signer does not go by, with the commands that they have for it.

"$tools/terminal_with_packages" "$HALLMARK_BIN" "$PWD"
root=$HALLMARK_ROOT
approve() { hallmark clock approve --key "$root/demo/approvers/$1" "${@:2}"; }
withdraw() { hallmark withdraw "$1" "$2" --key "$root/demo/approvers/alice"; }

check 'two packages that were accepted' hallmark repo include stable debs
check 'a clock that is right' grep -q 'nothing is wrong' <(hallmark clock jump)
refused 4 "needs nobody's approval" 'approving of it' approve alice
check 'nothing was written' test ! -e "$root/releases/clock"

# As after a month in which the clock was ahead.
python3 - "$root/sign/state.db" <<'PY'
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as state:
    state.execute('UPDATE time_floor SET time = time + 30 * 86400')
PY
refused 4 'rule: clock-is-not-behind' 'nothing is done by a clock that went back' withdraw tool 1.0
refused 1 'has no approval yet' 'a jump that nobody approved of' hallmark clock jump
refused 4 'needs nobody' 'a time that the signer would go by' approve alice --time "$(date -u -d '+31 days' +%FT%TZ)"
check "alice's approval" approve alice
refused 4 'counts 1 of the 2 people' 'a jump by one of two' hallmark clock jump
check "bob's approval" approve bob
check 'the jump' hallmark clock jump
check 'is in the log' grep -q '"name":"time-jump"' "$root/sign/log/release.log"
check 'the signer goes by its clock' withdraw tool 1.0
check 'there is no more to do' grep -q 'nothing is wrong' <(hallmark clock jump)
