# A throwaway terminal, and what it releases. Sourced; needs lib/host.sh and $HALLMARK_ROOT, the terminal's state
# folder, which every `hallmark` command reads.
#
#   terminal_private_accounts DIR         in a mount namespace: /etc becomes a copy in DIR, made once, so that the
#                                         Unix users of a throwaway terminal are never the machine's
#   terminal_create HOST_DIR [OPTION]...  `hallmark init --demo`, with the package host of HOST_DIR pinned in it
#   upstream_create DIR                   a git repository of examples/hello-android, tag v1.0 signed by a new key
#   upstream_tag DIR VERSION              one more signed tag there
#   terminal_add_product NAME [DIR]       examples/products/NAME.json; DIR is the upstream repository, for an app

terminal_lib=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
terminal_examples=$terminal_lib/../../examples

terminal_private_accounts() {
  [[ -d $1 ]] || host_copy_etc "$1"
  mount --bind "$1" /etc
}

terminal_create() {
  local host_dir=$1
  hallmark init --demo \
    --host "demo=127.0.0.1:$(host_setting "$host_dir" ssh_port)" \
    --host-user publish --docroot /www \
    --host-key "$(host_setting "$host_dir" host_key)" \
    --url "$(host_setting "$host_dir" url)" "${@:2}"
  host_authorize "$host_dir" "$(hallmark keys export --publishing)"
}

upstream_create() {
  local dir=$1
  mkdir -p "$dir"
  ssh-keygen -q -t ed25519 -N '' -C 'throwaway app author' -f "$dir/author"
  cp -r "$terminal_examples/hello-android" "$dir/hello-android"
  upstream_git "$dir" init --quiet --initial-branch=main --template=
  upstream_git "$dir" add .
  upstream_git "$dir" commit --quiet --message='Hello'
  upstream_tag "$dir" 1.0
}

upstream_tag() {
  upstream_git "$1" -c gpg.format=ssh -c user.signingkey="$1/author" tag --sign --message="Hello $2" "v$2"
}

# With nothing of the machine's own git configuration: no hooks, no templates, no signing program.
upstream_git() {
  env GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null \
    git -C "$1/hello-android" -c user.name=author -c user.email=author@example.org "${@:2}"
}

terminal_add_product() {
  local name=$1 dir=${2:-} product
  product=$(<"$terminal_examples/products/$name.json")
  if [[ -n $dir ]]; then
    product=${product//@UPSTREAM_URL@/$dir/hello-android}
    product=${product//@UPSTREAM_KEY@/$(cut -d' ' -f1,2 "$dir/author.pub")}
  fi
  printf '%s\n' "$product" >"$HALLMARK_ROOT/releases/products/$name.json"
}
