# kill -9 of each program at each step, at several moments. Running the step again completes it; nothing that was
# acknowledged is lost, and no file under its final name is half written.

declare -A programs=(
  [fetch]='hallmark hallmark-fetch'
  [build]='hallmark hallmark-build'
  [accept]='hallmark hallmark-sign gpg-agent'
  [compose]='hallmark hallmark-push hallmark-sign gpg-agent'
  [publish]='hallmark hallmark-push gpg-agent'
)

run_step() {
  if [[ $1 == publish ]]; then exec hallmark publish; else exec hallmark "$1" figlet "$figlet"; fi
}

# Only this test's own processes: it has a process namespace to itself.
pid_of() {
  local comm
  for comm in /proc/[0-9]*/comm; do
    [[ $(cat "$comm" 2>/dev/null) != "$1" ]] || { basename "${comm%/comm}"; return; }
  done
}

# kill_during VERB PROGRAM SECONDS: SECONDS after PROGRAM appears.
kill_during() {
  local verb=$1 program=$2 delay=$3 pid=''
  run_step "$verb" >killed.txt 2>&1 &
  local running=$!
  while kill -0 "$running" 2>/dev/null; do
    pid=$(pid_of "$program")
    [[ -z $pid ]] || break
  done
  sleep "$delay"
  if [[ -n $pid ]] && kill -KILL "$pid" 2>/dev/null; then
    echo "killed $program, $delay s into $verb"
  fi
  wait "$running" 2>/dev/null || true
}

named_by_their_hash() {
  local file
  while read -r file; do
    [[ $(sha256sum <"$file") == "$(basename "$file" .json)  -" ]] || fail "$file does not have the hash it is named by"
  done < <(find terminal/fetch/quarantine/sha256 terminal/spool/records -type f)
}

host_start host
for verb in fetch build accept compose publish; do
  for program in ${programs[$verb]}; do
    for delay in 0 0.05 0.4; do
      kill_during "$verb" "$program" "$delay"
    done
  done
  check "$verb, run again" run_step "$verb"
  check 'every file has the hash that it is named by' named_by_their_hash
done
served_is_signed
