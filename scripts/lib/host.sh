# A throwaway package host on loopback: the real sshd and nginx with the configuration of image/host.
# Sourced by the demo and the system tests; needs root, because sshd's chroot does.
#
#   host_create DIR           makes accounts, host key and configuration in DIR
#   host_start DIR            starts it; on the first start free ports are chosen and kept
#   host_authorize DIR LINE   lets a publishing key in (the public half, in OpenSSH's form)
#   host_stop DIR             ends it as a power cut would; what was uploaded stays
#   host_setting DIR NAME     ssh_port, web_port, host_key or url
#
#   host_empty_trash DIR AGE  does what the host's timer does, for files older than AGE
#
# DIR/srv/hallmark/www is the docroot, DIR/sshd.log and DIR/var/log/nginx are the logs.

host_lib=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
host_render=$host_lib/../../image/host/render
host_publish_uid=64100  # only in the throwaway host's own account file

host_create() {
  local dir=$1
  mkdir -p "$dir"/var/log/nginx "$dir"/srv/hallmark/{www,trash}
  host_copy_etc "$dir/etc"
  rm -rf "$dir"/etc/{ssh,nginx}
  mkdir -p "$dir"/etc/{ssh/authorized_keys,nginx}
  chmod -R go-w "$dir/srv" "$dir/etc/ssh"
  chown "$host_publish_uid:$host_publish_uid" "$dir"/srv/hallmark/{www,trash}
  cat >"$dir/etc/passwd" <<'END'
root:*:0:0:root:/:/usr/sbin/nologin
sshd:*:100:65534::/run/sshd:/usr/sbin/nologin
www-data:*:33:33::/:/usr/sbin/nologin
nobody:*:65534:65534::/:/usr/sbin/nologin
END
  printf 'root:*:0:\nwww-data:*:33:\nnogroup:*:65534:\n' >"$dir/etc/group"
  echo "publish:*:$host_publish_uid:$host_publish_uid::/:/usr/sbin/nologin" >>"$dir/etc/passwd"
  echo "publish:*:$host_publish_uid:" >>"$dir/etc/group"
  sed 's/:.*/:*:19000::::::/' "$dir/etc/passwd" >"$dir/etc/shadow"
  ssh-keygen -q -t ed25519 -N '' -C 'throwaway package host' -f "$dir/etc/ssh/ssh_host_ed25519_key"
}

# A copy of /etc to be mounted over it in some mount namespace, without the machine's private keys.
host_copy_etc() {
  cp -a /etc "$1"
  rm -rf "$1"/ssh/ssh_host_* "$1"/ssl/private/*
}

host_start() {
  local dir=$1 attempt
  for attempt in 1 2 3 4 5; do
    [[ -s $dir/ports ]] || echo "$(host_free_port) $(host_free_port)" >"$dir/ports"
    # Or a client would take another host for this one: a copy of it even has its key.
    if host_port_answers "$(host_setting "$dir" ssh_port)"; then
      echo "package host: another program has port $(host_setting "$dir" ssh_port)" >&2
      [[ ! -e $dir/started ]] || return 1
      rm -f "$dir/ports"
      continue
    fi
    host_configure "$dir"
    setsid unshare --mount --pid --fork --kill-child --mount-proc \
      "$host_lib/package-host" "$(readlink -f "$dir")" >>"$dir/host.log" 2>&1 </dev/null &
    echo $! >"$dir/pid"
    disown  # so that bash does not report its end
    host_wait_ready "$dir" && return 0
    host_stop "$dir"
    # Somebody else may have taken a port in between: choose again, unless a client knows these already.
    [[ ! -e $dir/started ]] || break
    rm -f "$dir/ports"
  done
  echo "package host: did not start; see $dir/*.log" >&2
  tail -n 3 "$dir"/*.log >&2
  return 1
}

host_configure() {
  local dir=$1
  "$host_render" sshd_config SSH_ADDRESS=127.0.0.1 SSH_PORT="$(host_setting "$dir" ssh_port)" \
    >"$dir/etc/ssh/sshd_config"
  "$host_render" nginx.conf WEB_ADDRESS=127.0.0.1 WEB_PORT="$(host_setting "$dir" web_port)" \
    >"$dir/etc/nginx/nginx.conf"
}

host_wait_ready() {
  local dir=$1 try
  for try in {1..300}; do
    kill -0 "$(<"$dir/pid")" 2>/dev/null || return 1
    if host_port_answers "$(host_setting "$dir" ssh_port)" &&
      host_port_answers "$(host_setting "$dir" web_port)"; then
      touch "$dir/started"
      return 0
    fi
    sleep 0.1
  done
  return 1
}

host_stop() {
  local dir=$1 pid
  [[ -s $dir/pid ]] || return 0
  pid=$(<"$dir/pid")
  rm -f "$dir/pid"
  kill -KILL "$pid" 2>/dev/null || return 0
  # --kill-child takes the namespaces down with it; wait until the ports are free again.
  local try
  for try in {1..50}; do
    host_port_answers "$(host_setting "$dir" ssh_port)" || return 0
    sleep 0.1
  done
}

# One line per terminal; `restrict` switches off what sshd may learn to forward in future versions too.
host_authorize() {
  local dir=$1 line=$2
  printf 'restrict,from="127.0.0.1" %s\n' "$line" >>"$dir/etc/ssh/authorized_keys/publish"
}

# With systemd's own program, in the host's own root: nothing but DIR is there for it.
host_empty_trash() {
  local dir=$1 age=$2
  mkdir -p "$dir/etc/tmpfiles.d"
  "$host_render" tmpfiles.conf TRASH_AGE="$age" >"$dir/etc/tmpfiles.d/hallmark.conf"
  systemd-tmpfiles --root="$(readlink -f "$dir")" --create --clean hallmark.conf
}

host_setting() {
  local dir=$1 ssh_port web_port
  read -r ssh_port web_port <"$dir/ports"
  case $2 in
    ssh_port) echo "$ssh_port" ;;
    web_port) echo "$web_port" ;;
    url) echo "http://127.0.0.1:$web_port" ;;
    host_key) cut -d' ' -f1,2 "$dir/etc/ssh/ssh_host_ed25519_key.pub" ;;
  esac
}

# Below the range from which the kernel takes ports for outgoing connections.
host_free_port() {
  local port
  while port=$((20000 + RANDOM % 12000)); host_port_answers "$port"; do :; done
  echo "$port"
}

host_port_answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
