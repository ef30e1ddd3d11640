# An apt archive of the test's own, of Debian's packages in the quarantine of the state `pinned`, so that `hallmark pin`
# works without a network and what the archive has can change. Sourced by cases that begin from that state.
#
#   own_archive                          makes it in ./archive, suite bookworm, and the keys archive and mallory
#   own_sources URI SUITE...             from now on the machine's apt sources
#   sign_own_suite SUITE LABEL KEY       writes the InRelease of what lies in the suite

own_gpg() { gpg --quiet --batch --homedir "$PWD/gnupg-archive" --pinentry-mode loopback --passphrase '' "$@"; }

own_archive() {
  local name suite=archive/dists/bookworm/main
  mkdir -m 0700 gnupg-archive
  for name in archive mallory; do own_gpg --quick-generate-key "$name" ed25519 sign never; done
  own_gpg --export archive >/etc/apt/archive.gpg
  mkdir -p archive/pool "$suite/binary-amd64" "$suite/source"
  python3 - <<'END'
import json, os
lock = json.load(open("terminal/releases/products/figlet/2.2.5-3.lock.json"))
files = lock["source"]["files"] + [package for e in lock["environments"] for package in e["packages"]]
for file in files:
    name, digest = file["url"].rsplit("/", 1)[1].replace("%3a", ":"), file["sha256"]
    os.link(f"terminal/fetch/quarantine/sha256/{digest[:2]}/{digest}", "archive/pool/" + name)
END
  (cd archive && dpkg-scanpackages --multiversion pool >../packages && dpkg-scansources pool >../source-stanzas) 2>/dev/null
  cp packages "$suite/binary-amd64/Packages"
  cp source-stanzas "$suite/source/Sources"
  sign_own_suite bookworm Debian archive
}

own_sources() {
  rm -rf /etc/apt/sources.list /etc/apt/sources.list.d
  mkdir /etc/apt/sources.list.d
  printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: /etc/apt/archive.gpg\n' "$1" "${*:2}" \
    >/etc/apt/sources.list.d/archive.sources
}

sign_own_suite() {
  (
    cd "archive/dists/$1" || exit
    printf 'Label: %s\nSuite: %s\nDate: %s\nArchitectures: amd64\nComponents: main\nSHA256:\n' "$2" "$1" "$(date -u -R)"
    find main -type f -printf '%P\n' | while read -r path; do
      echo " $(sha256sum <"main/$path" | cut -d' ' -f1) $(stat -c %s "main/$path") main/$path"
    done
  ) | own_gpg --local-user "$3" --yes --clearsign --output "archive/dists/$1/InRelease"
}
