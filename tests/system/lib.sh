# What every system test has at hand. Sourced by run-case, in the test's own namespaces, with /mnt as the working
# directory and `set -euo pipefail` on.

# shellcheck disable=SC2154  # run-case sets $here
scripts=$here/../../scripts
. "$scripts/lib/host.sh"
. "$scripts/lib/terminal.sh"
. "$scripts/lib/client.sh"

export PATH=$HALLMARK_BIN:$PATH HALLMARK_ROOT=/mnt/terminal

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# check WHAT COMMAND...: WHAT is true when the command succeeds.
check() {
  "${@:2}" >check.out 2>&1 || {
    cat check.out >&2
    fail "$1"
  }
  echo "ok: $1"
}

# refused STATUS TEXT WHAT COMMAND...: the command exits with STATUS and says TEXT (an extended regular expression).
refused() {
  local status=0
  "${@:4}" >refused.out 2>&1 </dev/null || status=$?
  if [[ $status -ne $1 ]] || ! grep -Eq -- "$2" refused.out; then
    cat refused.out >&2
    fail "$3: exit status $status (expected $1), and '$2' expected in what it said"
  fi
  echo "ok: $3: $(grep -Em1 -- "$2" refused.out)"
}
