# A throwaway user's machine: a minimal Debian with stock apt that knows one source, ours. Sourced; needs root.
#
#   client_create DIR [PACKAGE...]                 made from the machine's own Debian sources
#   client_trust DIR URL SUITE COMPONENT KEYRING   writes the .sources file, with the armored keyring in it
#   client_apt DIR ARGUMENT...                     apt-get in DIR, every check on
#   client_run DIR COMMAND...                      any program in DIR

client_create() {
  local dir=$1 sources include
  include=$(IFS=,; echo "${*:2}")
  sources=$(apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' \
    'Created-By: Packages' 'Origin: Debian' | sort -u)
  [[ -n $sources ]] || {
    echo "user's machine: apt has no Debian source; run apt-get update" >&2
    return 1
  }
  # Nothing of Debian stays as a source: what apt installs from here on can only come from the one we add.
  mmdebstrap --quiet --variant=apt --format=directory ${include:+--include="$include"} \
    --customize-hook='rm -f "$1"/etc/apt/sources.list "$1"/etc/apt/sources.list.d/*' \
    '' "$dir" - <<<"$sources"
}

client_trust() {
  local dir=$1 url=$2 suite=$3 component=$4 keyring=$5
  {
    printf 'Types: deb deb-src\nURIs: %s\nSuites: %s\nComponents: %s\nSigned-By:\n' "$url" "$suite" "$component"
    sed 's/^$/./; s/^/ /' "$keyring"
  } >"$dir/etc/apt/sources.list.d/hallmark.sources"
}

client_apt() {
  client_run "$1" apt-get -o Acquire::Check-Date=true -o Acquire::Check-Valid-Until=true \
    -o APT::Get::AllowUnauthenticated=false -o Dpkg::Use-Pty=false "${@:2}"
}

client_run() {
  unshare --mount --pid --fork --kill-child --root="$1" --mount-proc \
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "${@:2}"
}
