# The package host loses power at three moments of a publish. Whatever readers saw until then holds together, and
# running publish again completes it.

cp -a host host.before
cp -a terminal terminal.before

# stop_host_when PATH: power off as soon as PATH is there, while publishing.
stop_host_when() {
  (
    until [[ -e host/srv/hallmark/www/$1 ]]; do :; done
    kill -KILL "$(<host/pid)"
  ) &
  local watcher=$! status=0
  hallmark publish >publish.out 2>&1 || status=$?
  kill "$watcher" 2>/dev/null || true
  if [[ $status -eq 0 ]]; then
    echo "the host went down too late for this publish to notice ($1)"
  elif [[ $status -ne 5 ]]; then
    cat publish.out
    fail "publish exits with $status when its host goes down"
  else
    echo "ok: host down when $1 was there: $(tail -n 1 publish.out)"
  fi
}

for path in pool dists/stable/main/binary-amd64/by-hash dists/stable/Release; do
  rm -rf host terminal
  cp -a host.before host
  cp -a terminal.before terminal
  host_start host
  stop_host_when "$path"
  host_stop host
  host_start host
  if [[ -e host/srv/hallmark/www/dists/stable/InRelease ]]; then served_is_signed; fi
  check 'publishing again' hallmark publish
  served_is_signed
  host_stop host
done
