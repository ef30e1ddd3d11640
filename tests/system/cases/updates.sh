# pin --updates: what is newer than a lock. Debian's packages of the state are put into an archive of our own, which the
# machine's apt sources then name: pinned for real from it, and asked again when it has changed. No network.

gpg_of_archive() { gpg --quiet --batch --homedir "$PWD/gnupg-archive" --pinentry-mode loopback --passphrase '' "$@"; }
mkdir -m 0700 gnupg-archive
for name in archive mallory; do gpg_of_archive --quick-generate-key "$name" ed25519 sign never; done
gpg_of_archive --export archive >/etc/apt/archive.gpg

# sign_suite SUITE LABEL KEY: Release and InRelease of what lies in the suite.
sign_suite() {
  (
    cd "archive/dists/$1"
    printf 'Label: %s\nSuite: %s\nDate: %s\nArchitectures: amd64\nComponents: main\nSHA256:\n' "$2" "$1" "$(date -u -R)"
    find main -type f -printf '%P\n' | while read -r path; do
      echo " $(sha256sum <"main/$path" | cut -d' ' -f1) $(stat -c %s "main/$path") main/$path"
    done
  ) | gpg_of_archive --local-user "$3" --yes --clearsign --output "archive/dists/$1/InRelease"
}

# sources URI SUITE...: the machine's apt sources from now on.
sources() {
  rm -rf /etc/apt/sources.list /etc/apt/sources.list.d
  mkdir /etc/apt/sources.list.d
  printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: /etc/apt/archive.gpg\n' "$1" "${*:2}" \
    >/etc/apt/sources.list.d/archive.sources
}

# new_version NAME SUITE: 9:1 of the package is in the suite's index, and nowhere in the pool.
new_version() {
  local index=archive/dists/$2/main/binary-amd64/Packages
  awk -v RS= -v name="$1" '$2 == name { gsub(/\nVersion: [^\n]*/, "\nVersion: 9:1"); print $0 "\n" }' \
    archive/dists/bookworm/main/binary-amd64/Packages | sed 's/^SHA256: .*/SHA256: '"$(sha256sum <<<"$1" | cut -d' ' -f1)"'/' >new
  [[ -s new ]]
  cat new >>"$index"
}

suite=archive/dists/bookworm/main
mkdir -p archive/pool "$suite/binary-amd64" "$suite/source"
python3 - <<'END'
import json, os
lock = json.load(open("terminal/releases/products/figlet/2.2.5-3.lock.json"))
source = [(file["url"].rsplit("/", 1)[1], file["sha256"]) for file in lock["source"]["files"]]
packages = [(p["url"].rsplit("/", 1)[1], p["sha256"]) for e in lock["environments"] for p in e["packages"]]
for name, digest in source + packages:
    os.link(f"terminal/fetch/quarantine/sha256/{digest[:2]}/{digest}", "archive/pool/" + name.replace("%3a", ":"))
END
(cd archive && dpkg-scanpackages --multiversion pool >../packages && dpkg-scansources pool >../source-stanzas) 2>/dev/null
cp packages "$suite/binary-amd64/Packages"
cp source-stanzas "$suite/source/Sources"
sign_suite bookworm Debian archive
sources "file:$PWD/archive" bookworm

lock=terminal/releases/products/figlet/$figlet.lock.json
check 'figlet is pinned from an archive of our own' hallmark pin --renew figlet "$figlet"
sha256sum "$lock" >lock.sha256
check 'nothing is newer' hallmark pin --updates --check
grep -qx "figlet $figlet: nothing newer" said.txt

new_version bash bookworm
sign_suite bookworm Debian archive
mkdir -p archive/dists/bookworm-security/main/{binary-amd64,source}
: >archive/dists/bookworm-security/main/source/Sources
new_version tar bookworm-security
sign_suite bookworm-security Debian-Security archive
sources "file:$PWD/archive" bookworm bookworm-security
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
sign_suite bookworm-security Debian-Security mallory
refused 3 'bookworm-security/InRelease' 'a security suite that somebody else signed' hallmark pin --updates
sources http://127.0.0.1:9 bookworm
refused 5 'figlet: http://127.0.0.1:9/dists/bookworm/InRelease' 'an archive that does not answer' hallmark pin --updates
echo '{' >"$lock"
refused 1 'hallmark: error: figlet: ' 'a lock that is none' hallmark pin --updates
