# The release log, as the host serves it: verified by us and by a program that knows nothing of us, and forged.

host_start host
www=host/srv/hallmark/www log=host/srv/hallmark/www/log/demo
key=$(hallmark keys export --log)

agree() {
  check 'hallmark: what is served is a log that its key signed' hallmark log check "$log" --key "$key" "$@"
  check 'and so says a check that knows nothing of Hallmark' "$tools/log_check" "$log" "$key" "${@:2}"
}

# forged WHAT TEXT FOLDER [--against FILE]: refused by both.
forged() {
  refused 3 "$2" "$1" hallmark log check "$3" --key "$key" "${@:4}"
  refused 3 log_check "$1, by the other check" "$tools/log_check" "$3" "$key" "${@:5}"
}

agree
[[ $key == hallmark-demo-throwaway/log/demo+* ]] || fail "the log's key does not say demo: $key"

# Every Release that is served is in it.
for name in Release InRelease Release.gpg; do
  sha256=$(sha256sum <"$www/dists/stable/$name" | cut -c1-64)
  hallmark log prove "$sha256" "$log" --key "$key" >proof.json
  check "a proof of $name verifies" hallmark log check --proof proof.json --key "$key"
  grep -q "dists/stable/$name" said.txt || fail "the proof is of another file"
done
sed -i 's/stable/steady/' proof.json
refused 3 'does not lead' 'a forged proof' hallmark log check --proof proof.json --key "$key"
hallmark log show --kind acceptance >said.txt
grep -q 'approved by alice, bob' said.txt || fail 'log show does not say who approved'

# A log that grows continues what it was.
cp "$log/checkpoint" older
cp -a terminal/sign sign-before
refused 4 'rule: apk-was-accepted' 'a refusal, which is a line' hallmark apk sign --key app -o out.apk /bin/true
check 'hallmark publish' hallmark publish
agree --against older
[[ $(sed -n 2p "$log/checkpoint") -gt $(sed -n 2p older) ]] || fail 'the log did not grow'
check 'a proof that it continues' bash -c "hallmark log prove 0 --against older >proof.json &&
  hallmark log check --proof proof.json"

# What is no checkpoint of ours says nothing about the log: it is told of, and nothing waits for it.
served_instead() {
  case $1 in
    portal) echo '<html>Sign in to the hotel</html>' >"$log/checkpoint" ;;
    forgery) sed -i '2s/.*/1/' "$log/checkpoint" ;;
    nothing) rm "$log/checkpoint" ;;
  esac
}
for what in portal forgery nothing; do
  refused 4 'rule: apk-was-accepted' 'one more line' hallmark apk sign --key app -o out.apk /bin/true
  served_instead "$what"
  check "hallmark publish past a $what in its place" hallmark publish
  grep -q 'warning: release log: not compared' said.txt || fail 'nobody was told that nothing was compared'
  agree --against older
done

# Everything that a host, or who stole its key, could do.
forge() { rm -rf forged && cp -r "$log" forged; }
change() { python3 - "$1" <<'END'
import sys
bytes = bytearray(open(sys.argv[1], 'rb').read())
bytes[40] ^= 1
open(sys.argv[1], 'wb').write(bytes)
END
}
size=$(sed -n 2p "$log/checkpoint")
forge && change "forged/tile/entries/000.p/$size"
forged 'a leaf changed' 'does not hold the hashes' forged
forge && change "forged/tile/0/000.p/$size"
forged 'a tile changed' "tile/0/000.p/$size" forged
forge && rm "forged/tile/entries/000.p/$size"
forged 'entries left out' 'entries/000.p' forged
forge && cp older forged/checkpoint
cp "$log/checkpoint" newer
forged 'a shorter log than before' 'the log was cut' forged --against newer
forge && sed -i '1s/demo$/other/' forged/checkpoint
forged 'another origin' 'not by the key that it names' forged
other=$(hallmark init --demo --root "$PWD/other" >/dev/null 2>&1 && hallmark keys export --log --root "$PWD/other")
refused 3 'is not signed by' 'a checkpoint of another key' hallmark log check "$log" --key "$other"
refused 3 log_check 'a checkpoint of another key, by the other check' "$tools/log_check" "$log" "$other"

# An old state put back signs nothing: the host serves what it does not know of.
cp -a terminal/sign sign-newest
cp -a terminal/public public-newest
old_state() {
  rm -rf terminal/sign terminal/public/log
  cp -a sign-before terminal/sign
}
old_state
refused 3 'published-log-is-the-beginning-of-this-one' 'an old state restored' hallmark publish
refused 3 'no-contradiction-stands' 'and again' hallmark compose figlet "$figlet"

# A second history, signed by the log's own key because the terminal saw no host: a fork.
old_state
host_stop host
refused 4 'rule: apk-was-accepted' 'another line in its place' hallmark apk sign --key app -o out.apk /bin/false
refused 5 'not compared' 'publishing to a host that does not answer' hallmark publish
host_start host
forged 'a fork by the own key' 'does not continue|the log was cut' terminal/public/log/demo --against newer

# The newest state put back: all is well again.
rm -rf terminal/sign terminal/public
cp -a sign-newest terminal/sign
cp -a public-newest terminal/public
check 'hallmark publish with the newest state' hallmark publish
agree --against older
served_is_signed
