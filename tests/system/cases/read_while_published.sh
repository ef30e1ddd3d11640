# Stock apt reads all the time while packages are published, publishers are killed (kill -9) and their connections cut.
# No reader ever sees a mismatch, a missing file or a signature that does not hold. What is replaced expires at once, but
# for the four newest sets of indices.
#
# HALLMARK_PUBLISHES: how many publishes; the moments of kills and cuts are random, HALLMARK_SEED repeats them.

publishes=${HALLMARK_PUBLISHES:-9}
RANDOM=${HALLMARK_SEED:=$((SRANDOM % 32768))}
echo "seed $HALLMARK_SEED, $publishes publishes"

"$tools/terminal_with_packages" "$HALLMARK_BIN" "$PWD"
root=$HALLMARK_ROOT
package_host "$root"

one_person_imports '.suites[].expiry = {keep_generations: 4, keep_days: 0}'

check 'what was accepted' hallmark repo include stable debs
# import VERSION: into the suite, signed.
import() {
  make_deb tool "$1"
  check "tool $1 is imported" hallmark import tool "$1" stable "tool_$1_all.deb" --key "$root/demo/approvers/alice"
}
import 1.1
begun=${EPOCHREALTIME/./}
check 'the first publish' hallmark publish
took=$((${EPOCHREALTIME/./} - begun))  # microseconds
[[ $took -lt 999999 ]] || took=999999

# Two machines with stock apt; one forgets all that it knew before each read.
make_reader() {
  mkdir -p "$1"/{etc/apt/sources.list.d,lists/partial,archives/partial,home}
  printf 'Types: deb\nURIs: %s\nSuites: stable\nComponents: main\nSigned-By: %s\n' "$(<url)" \
    "$root/public/archive-keyring.asc" >"$1/etc/apt/sources.list.d/hallmark.sources"
}
apt_of() {
  (cd "$1/home" && apt-get -q -o "Dir::Etc=$PWD/../etc/apt" -o "Dir::State::lists=$PWD/../lists" -o "Dir::Cache=$PWD/.." \
    -o Dir::State::status=/dev/null -o APT::Sandbox::User=root -o Acquire::Check-Date=true \
    -o Acquire::Check-Valid-Until=true -o Acquire::Retries=0 "${@:2}")
}
read_once() {
  [[ $1 != forgetful ]] || rm -rf "$1"/lists/*_*
  rm -f "$1"/home/*.deb
  apt_of "$1" update --error-on=any
  apt_of "$1" download tool
}
read_on() {
  local reads=0
  until [[ -e stop ]]; do
    read_once "$1" >"$1.now" 2>&1 || { cat "$1.now" >>"$1.failed"; }
    reads=$((reads + 1))
    echo "$reads" >"$1.reads"
  done
}
for reader in forgetful faithful; do
  make_reader "$reader"
  check "a $reader reader" read_once "$reader"
  read_on "$reader" &
done

# The sshd of each connection, not the one that listens.
cut_connections() {
  local folder parent
  for folder in /proc/[0-9]*; do
    parent=$(sed -n 's/^PPid:\t//p' "$folder/status" 2>/dev/null) || continue
    [[ $(cat "$folder/comm" "/proc/${parent:-0}/comm" 2>/dev/null) == $'sshd\nsshd' ]] || continue
    kill -KILL "${folder#/proc/}" 2>/dev/null || true
  done
}
# A publish takes as long as the machine is busy: so moments are parts of what the first one took.
moment() { sleep "$(printf '%d.%06d' 0 $((took * (RANDOM % 100) / 100)))"; }
kills=0 cuts=0
disturbed() {
  local running
  setsid hallmark publish >disturbed.txt 2>&1 &
  running=$!
  moment
  if [[ $1 == kill ]] && kill -KILL -- "-$running" 2>/dev/null; then kills=$((kills + 1)); fi
  if [[ $1 == cut ]] && kill -0 "$running" 2>/dev/null; then cut_connections && cuts=$((cuts + 1)); fi
  wait "$running" 2>/dev/null || true
}
number=0
while [[ $number -lt $publishes || $kills -eq 0 || $cuts -eq 0 ]]; do
  number=$((number + 1))
  [[ $number -le $((publishes * 5)) ]] || fail "of $publishes publishes, $kills killed and $cuts cut"
  import "2.$number"
  case $((number % 3)) in
    1) disturbed kill ;;
    2) disturbed cut ;;
  esac
  check 'hallmark publish' hallmark publish
done
touch stop
wait
reads=$(($(<forgetful.reads) + $(<faithful.reads)))
for reader in forgetful faithful; do
  [[ ! -e $reader.failed ]] || { cat "$reader.failed" >&2; fail "the $reader reader saw something broken"; }
done
echo "ok: $number publishes, $kills killed and $cuts cut on the way: $reads reads (update and download), none failed"
check 'a last read' read_once forgetful
[[ -n $(find host/srv/hallmark/trash -path '*/by-hash/*' -type f) ]] || fail 'nothing expired meanwhile'
[[ -e forgetful/home/tool_2.${number}_all.deb ]] || fail 'the newest package is not the one that is read'
served_is_signed
