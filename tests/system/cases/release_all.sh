# `hallmark release` alone: everything that is approved and not yet done, and nothing twice.

echo '{"format": 9}' >terminal/releases/products/figlet/9.9-1.lock.json
refused 5 'cannot connect|refused|not compared' 'the host is down' hallmark release
host_start host
check 'the same again, when it is up' hallmark release
grep -q 'figlet 9.9-1 waits: ' said.txt || fail 'nobody is told of a lock that cannot be read'
served_is_signed
check 'again: nothing to do' hallmark release
grep -q 'nothing that is approved is left to release' said.txt || fail 'it does not say that nothing is left'
grep -q 'publish .* 0 file(s) uploaded' said.txt || fail 'it does not look at what is served'
check 'as JSON' bash -c "hallmark --json release figlet | python3 -c 'import json, sys
answer = json.load(sys.stdin)
sys.exit(answer[\"released\"] != [] or answer[\"waiting\"][0][\"version\"] != \"9.9-1\")'"
refused 1 'is no product with a pinned version' 'a product that is none' hallmark release frobnicate
