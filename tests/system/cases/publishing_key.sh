# Another publishing key takes over from the one that a package host knows: with the host's say alone, and with no publish that
# fails in between. A key that was made elsewhere does as well.

"$tools/terminal_with_packages" "$HALLMARK_BIN" "$PWD"
root=$HALLMARK_ROOT
package_host "$root"
admitted=host/etc/ssh/authorized_keys/publish
exported() { hallmark keys export --publishing | cut -d' ' -f2; }
# Nobody but this key is let in.
admit() { : >"$admitted" && host_authorize host "$1"; }
publishing() { hallmark keys list --json | jq -e "[.keys[] | select(.use == \"publishing\")] | $1"; }
publish() { hallmark refresh stable && hallmark publish; }

check 'a suite' hallmark repo include stable debs
check 'is signed' hallmark withdraw other 2.0 --key "$root/demo/approvers/alice"
check 'and published' publish
first=$(hallmark keys export --publishing)
check 'another key' hallmark keys make --publishing
cp said.txt words.txt
second=$(hallmark keys export --publishing)
check 'it is said which' grep -qF "$(cut -d' ' -f2 <<<"$second")" words.txt
check 'is printed from then on' test "$first" != "$second"
check 'both are listed' publishing 'map(.former) == [null, true] and all(.where == "software")'
check 'the host still knows the first: publishing goes on' publish
admit "$second"
check 'it knows the second: publishing goes on' publish
ssh-keygen -q -t ed25519 -N '' -f elsewhere
check 'a key that was made elsewhere' hallmark keys import --ssh elsewhere --passphrase-fd 7 7</dev/null
admit "$(cat elsewhere.pub)"
check 'it is let in alone: publishing goes on' publish
check 'one more' hallmark keys make --publishing
admit "$first"
check 'the first is still offered' publish
check 'four are listed' publishing 'map([.former, .exposed_before_import]) == [[null, null], [true, null], [true, null], [null, true]]'
: >"$admitted"
refused 5 'publish|h1' 'nobody is let in' publish

# Killed in between, it leaves no key that is taken for another, and the next run makes one.
for moment in 0.05 0.1 0.2 0.3; do
  setsid "$HALLMARK_BIN/hallmark" keys make --publishing >killed.txt 2>&1 &
  running=$!
  sleep "$moment"
  kill -KILL -- "-$running" 2>/dev/null || true
  wait "$running" 2>/dev/null || true
  check "killed after $moment s: the keys are listed" publishing '.[0].former == null and .[0].where == "software"'
done
check 'and another is made' hallmark keys make --publishing
admit "$(hallmark keys export --publishing)"
check 'which the host lets in' publish
