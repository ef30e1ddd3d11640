# What every system test has at hand. Sourced by run-case, in the test's own namespaces, with /mnt as the working
# directory and `set -euo pipefail` on.

# shellcheck disable=SC2154  # run-case sets $here
scripts=$here/../../scripts tools=$here/../tools
. "$scripts/lib/host.sh"
. "$scripts/lib/terminal.sh"
. "$scripts/lib/client.sh"

export PATH=$HALLMARK_BIN:$PATH HALLMARK_ROOT=/mnt/terminal

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# attempt COMMAND...: the command's exit status in $status, all that it said in said.txt. A subshell, and not the
# left side of ||, where bash would ignore `set -e` in the functions that it runs.
attempt() {
  set +e
  (
    set -e
    "$@"
  ) >said.txt 2>&1 </dev/null
  status=$?
  set -e
}

# check WHAT COMMAND...: WHAT is true when the command succeeds.
check() {
  attempt "${@:2}"
  if [[ $status -ne 0 ]]; then
    cat said.txt >&2
    fail "$1: exit status $status"
  fi
  echo "ok: $1"
}

# refused STATUS TEXT WHAT COMMAND...: the command exits with STATUS and says TEXT (an extended regular expression).
refused() {
  attempt "${@:4}"
  if [[ $status -ne $1 ]] || ! grep -Eq -- "$2" said.txt; then
    cat said.txt >&2
    fail "$3: exit status $status (expected $1), and '$2' expected in what it said"
  fi
  echo "ok: $3: $(grep -Em1 -- "$2" said.txt)"
}

figlet=2.2.5-3

approve() { hallmark approve figlet "$figlet" --key "$HALLMARK_ROOT/demo/approvers/$1"; }

# What the docroot serves holds together: InRelease is signed by the terminal's key, and every file that it names,
# directly or through an index, is there with that size and hash.
served_is_signed() { check 'what is served is signed, complete and whole' walk_served host/srv/hallmark/www stable; }

walk_served() {
  local www=$1 suite=$2 hash size path
  mkdir -p -m 0700 gnupg
  gpg --batch --quiet --homedir "$PWD/gnupg" --dearmor <terminal/public/archive-keyring.asc >keyring.gpg
  gpgv --quiet --keyring ./keyring.gpg --output release "$www/dists/$suite/InRelease"
  awk '/^SHA256:/ { on = 1; next } /^[^ ]/ { on = 0 } on' release >named
  [[ -s named ]]
  while read -r hash size path; do
    has_hash "$hash" "$www/dists/$suite/$path"
    has_hash "$hash" "$www/dists/$suite/${path%/*}/by-hash/SHA256/$hash"
  done <named
  while read -r hash path; do
    has_hash "$hash" "$www/$path"
  done < <(awk '/^Filename:/ { path = $2 } /^SHA256:/ { hash = $2 } /^$/ { print hash, path }' \
    "$www/dists/$suite"/*/binary-*/Packages)
  while read -r hash path; do
    has_hash "$hash" "$www/$path"
  done < <(awk '/^Directory:/ { folder = $2 } /^[^ ]/ { on = /^Checksums-Sha256:/ } /^ / && on { print $1, folder "/" $3 }' \
    "$www/dists/$suite"/*/source/Sources)
}

has_hash() { sha256sum --quiet --check --strict <<<"$1  $2"; }

# make_deb NAME VERSION: an empty but valid package in the working directory.
make_deb() {
  mkdir -p "$1/DEBIAN"
  printf 'Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: nobody <nobody@example.org>\nDescription: test\n' \
    "$1" "$2" >"$1/DEBIAN/control"
  dpkg-deb --build --root-owner-group "$1" "$1_$2_all.deb" >/dev/null
}

# one_person_imports [FILTER]: the policy takes what was built elsewhere, with one approval, and so does the product tool.
one_person_imports() { check 'a policy under which one person imports' change_policy_for_imports "${1:-.}"; }
change_policy_for_imports() {
  local person
  jq ".evidence = \"prebuilt\" | .threshold = 1 | $1" <(hallmark policy show) >new.json
  hallmark policy propose new.json
  for person in alice bob; do hallmark policy approve --key "$HALLMARK_ROOT/demo/approvers/$person"; done
  hallmark policy change
  jq '.evidence = "prebuilt"' "$HALLMARK_ROOT/releases/products/tool.json" >product.json
  cp product.json "$HALLMARK_ROOT/releases/products/tool.json"
}

# package_host TERMINAL: the terminal gets a package host, in the folder host; its address is in the file url.
package_host() {
  host_create host
  host_start host
  host_setting host url >url
  jq --arg key "$(host_setting host host_key)" --argjson port "$(host_setting host ssh_port)" --arg url "$(<url)" \
    '.hosts = [{name: "h1", address: "127.0.0.1", port: $port, user: "publish", host_key: $key, docroot: "/www", urls: [$url]}]' \
    "$1/terminal.json" >with-host.json
  cp with-host.json "$1/terminal.json"
  host_authorize host "$(hallmark keys export --publishing)"
}

# two_terminals FIRST SECOND: a package host, and a second terminal, t2, that joins FIRST's group in the folder SECOND.
two_terminals() {
  local first=$1 second=$2
  on_joining() { HALLMARK_ROOT=$second hallmark "$@"; }
  package_host "$first"

  check 'the keys are backed up' hallmark keys backup keys.gpg --needed 2 --share a --share b
  on_joining init --demo --join --name t2 --host "h1=127.0.0.1:$(host_setting host ssh_port)" \
    --host-key "$(host_setting host host_key)" --url "$(<url)" --json >joined.json 2>/dev/null || fail 'a terminal that joins'
  jq --arg group "$(jq -r .group "$first/terminal.json")" '.group = $group' "$second/terminal.json" >grouped.json
  cp grouped.json "$second/terminal.json"
  host_authorize host "$(jq -r .publishing_key joined.json)"
  jq --argjson entry "$(jq -c .log_key joined.json)" '.log_keys += [$entry] | .evidence = "prebuilt"' \
    <(hallmark policy show) >new.json
  change_policy() {
    local person
    hallmark policy propose new.json
    for person in alice bob; do hallmark policy approve --key "$first/demo/approvers/$person"; done
    hallmark policy change
  }
  check 'a policy that names both' change_policy
  check 'an invitation' hallmark terminal invite invitation
  check 'the keys come from the backup' on_joining keys restore keys.gpg --share a --share b
  check 'hallmark terminal enrol' on_joining terminal enrol invitation --sha256 "$(hallmark policy show --json | jq -r .sha256)"
}
