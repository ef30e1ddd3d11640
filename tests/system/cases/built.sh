# Everything but publishing, one verb after another, without a network: what was pinned is all that is needed.

for verb in fetch build accept sign compose; do
  check "hallmark $verb" hallmark "$verb" figlet "$figlet"
done
check 'the builds were equal' test -n "$(find terminal/spool/records -name '*.json')"
