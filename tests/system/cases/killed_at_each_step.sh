# kill -9 of each program at each step, at several moments. Running the step again completes it; nothing that was
# acknowledged is lost, and no file under its final name is half written.

# The command itself last: the program that it asked may finish the step without it.
declare -A programs=(
  [fetch]='hallmark-fetch hallmark'
  [build]='bwrap hallmark-build hallmark'
  [check]='bwrap hallmark-build hallmark'
  [accept]='hallmark-sign hallmark'
  [compose]='hallmark-push hallmark-sign gpg-agent hallmark'
  [publish]='gpg-agent hallmark-push hallmark'
)
declare -A moments=([fetch]='0 0.1 0.5' [build]='0 0.5 3' [check]='0 3')  # seconds after the program was first seen
quick='0 0.02 0.1'

run_step() {
  if [[ $1 == publish ]]; then exec hallmark publish; else exec hallmark "$1" figlet "$figlet"; fi
}

# The first process of that name. All that can be seen are this test's own.
pid_of() {
  local folder comm
  for folder in /proc/[0-9]*; do
    if read -r comm 2>/dev/null <"$folder/comm" && [[ $comm == "$1" ]]; then
      pid=${folder#/proc/}
      return
    fi
  done
  pid=''
}

# kill_during VERB PROGRAM SECONDS: adds what it killed to $killed.
kill_during() {
  local running pid=''
  run_step "$1" >killed.txt 2>&1 &
  running=$!
  while [[ -z $pid ]] && kill -0 "$running" 2>/dev/null; do pid_of "$2"; done
  [[ $3 == 0 ]] || sleep "$3"
  if [[ -n $pid ]] && kill -KILL "$pid" 2>/dev/null; then killed+=" $2@$3"; fi
  wait "$running" 2>/dev/null || true
}

named_by_their_hash() {
  local file
  while read -r file; do
    [[ $(sha256sum <"$file") == "$(basename "$file" .json)  -" ]] || fail "$file has not the hash it is named by"
  done < <(find terminal/fetch/quarantine/sha256 terminal/spool/records -type f)
}

host_start host
for verb in fetch build check accept compose publish; do
  all=''
  for program in ${programs[$verb]}; do
    killed=''
    for moment in ${moments[$verb]:-$quick}; do kill_during "$verb" "$program" "$moment"; done
    [[ -n $killed ]] || fail "$program was never there to be killed during $verb"
    all+=$killed
  done
  check "$verb, after kill -9 (program@seconds) of$all" run_step "$verb"
  check 'every file has the hash that it is named by' named_by_their_hash
done
served_is_signed
for program in hallmark-fetch hallmark-build hallmark-sign hallmark-push gpg-agent bwrap; do
  pid_of "$program"
  [[ -z $pid ]] || fail "$program outlived the command that started it"
done
check 'the signer is whole' hallmark status
