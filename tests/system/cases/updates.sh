# pin --updates: what is newer than a lock. Debian's packages of the state are put into an archive of our own, which the
# machine's apt sources then name: pinned for real from it, and asked again when it has changed. No network.

# shellcheck disable=SC2154  # run-case sets $here
. "$here/own_archive.sh"

# new_version NAME SUITE: 9:1 of the package is in the suite's index, and nowhere in the pool.
new_version() {
  local index=archive/dists/$2/main/binary-amd64/Packages
  awk -v RS= -v name="$1" '$2 == name { gsub(/\nVersion: [^\n]*/, "\nVersion: 9:1"); print $0 "\n" }' \
    archive/dists/bookworm/main/binary-amd64/Packages | sed 's/^SHA256: .*/SHA256: '"$(sha256sum <<<"$1" | cut -d' ' -f1)"'/' >new
  [[ -s new ]]
  cat new >>"$index"
}

own_archive
own_sources "file:$PWD/archive" bookworm

lock=terminal/releases/products/figlet/$figlet.lock.json
check 'figlet is pinned from an archive of our own' hallmark pin --renew figlet "$figlet"
sha256sum "$lock" >lock.sha256
check 'nothing is newer' hallmark pin --updates --check
grep -qx "figlet $figlet: nothing newer" said.txt

new_version bash bookworm
sign_own_suite bookworm Debian archive
mkdir -p archive/dists/bookworm-security/main/{binary-amd64,source}
: >archive/dists/bookworm-security/main/source/Sources
new_version tar bookworm-security
sign_own_suite bookworm-security Debian-Security archive
own_sources "file:$PWD/archive" bookworm bookworm-security
check 'a security update that came, and another' hallmark pin --updates figlet
grep -qx "figlet $figlet: 2 newer, 1 for security" said.txt
[[ $(sed -n 2p said.txt) == '  security  environment bookworm: tar:amd64 '*', now 9:1 (bookworm-security of file:'* ]]
[[ $(sed -n 3p said.txt) == '            environment bookworm: bash:amd64 '*', now 9:1 (bookworm of file:'* ]]
hallmark --json pin --updates 2>/dev/null | jq --exit-status '.products[0] | .product == "figlet" and
  [.updates[] | .name, .security] == ["tar", true, "bash", false]' >json.txt || fail 'for programs'
refused 1 'has 2 newer version' 'for monitoring' hallmark pin --updates --check
check 'the lock is as it was' sha256sum --check --quiet lock.sha256

refused 2 'requires|Excludes|excludes' 'pinning and asking at once' hallmark pin --updates --renew figlet
refused 1 'no product|has no file' 'of what is no product' hallmark pin --updates nothing
sign_own_suite bookworm-security Debian-Security mallory
refused 3 'bookworm-security/InRelease' 'a security suite that somebody else signed' hallmark pin --updates
own_sources http://127.0.0.1:9 bookworm
refused 5 'figlet: http://127.0.0.1:9/dists/bookworm/InRelease' 'an archive that does not answer' hallmark pin --updates
echo '{' >"$lock"
refused 1 'hallmark: error: figlet: ' 'a lock that is none' hallmark pin --updates
