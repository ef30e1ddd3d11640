# `hallmark release` alone: everything that is approved and not yet done, and nothing twice.

refused 2 'has an empty name' 'an unset variable' hallmark release '' ''
refused 1 'is no product with a pinned version' 'a product that is none' hallmark release frobnicate
check 'a terminal without pinned versions' bash -c \
  'hallmark init --demo --root "$PWD/fresh" >/dev/null 2>&1 && hallmark release --root "$PWD/fresh"'
grep -q 'nothing that is approved is left to release' said.txt || fail 'it does not say that there is nothing'

# The log is signed before the host turns out to be down: the release is not done for that.
refused 5 'cannot connect|refused|not compared' 'the host is down' hallmark release
host_start host
check 'the same again, when it is up' hallmark release
grep -q "figlet $figlet is released" said.txt || fail 'it was not released'
served_is_signed
check 'again: nothing to do' hallmark release
grep -q 'nothing that is approved is left to release' said.txt || fail 'it does not say that nothing is left'

# A lock that cannot be read, and one that nobody approved: told of, and no obstacle to others.
echo '{"format": 9}' >terminal/releases/products/figlet/9.9-1.lock.json
rm -r terminal/released
refused 1 'format' 'a lock that cannot be read' hallmark release
grep -q "figlet $figlet is released" said.txt || fail 'the other version was kept from its release'
rm terminal/releases/products/figlet/9.9-1.lock.json
mv "terminal/releases/approvals/figlet/$figlet/bob.sig" bob.sig
rm -r terminal/released
check 'as JSON' bash -c "hallmark --json release figlet | python3 -c 'import json, sys
answer = json.load(sys.stdin)
sys.exit(answer[\"released\"] != [] or \"1 of 2 approvals\" not in answer[\"waiting\"][0][\"cause\"])'"
