# An APK of just under 2 GiB is signed with all schemes, and verified, in less than 64 MiB. One whose offsets no longer
# fit into a ZIP without zip64 is refused, and so is zip64.

limit=65536  # KiB

# in_little_memory WHAT COMMAND...: no process of the command was ever larger than the limit.
in_little_memory() {
  check "$1" /usr/bin/time -o used.txt -f '%M %e' "${@:2}"
  local used seconds
  read -r used seconds <used.txt
  [[ $used -lt $limit ]] || fail "$1: one of its processes had $used KiB"
  echo "    its largest process had $((used / 1024)) MiB, it took $seconds s"
}

accept() {
  setpriv --reuid hallmark-sign --regid hallmark-sign --clear-groups \
    "$HALLMARK_BIN/../tests/tools/accept_apk" "$HALLMARK_ROOT" "$1" large
}

check 'a terminal is made' hallmark init --demo \
  --apk-key large:rsa4096:signs=org.example.large:schemes=v1+v2+v3+v4

"$tools/make_apk" large.apk --file-size $(((2 << 30) - 65536)) --min-sdk 21 --package org.example.large
check 'it is accepted' accept large.apk
in_little_memory 'just under 2 GiB is signed' hallmark apk sign --key large -o signed.apk large.apk
in_little_memory 'it is verified' hallmark apk verify --idsig signed.apk.idsig signed.apk
check 'apksigner accepts it' apksigner -JXmx4096M verify signed.apk
rm -f large.apk signed.apk*

# v1's manifest and .SF are held: what grows is the number of entries. Signing holds more of it than verifying does.
"$tools/make_apk" many.apk --entries 60000 --size 12000000 --min-sdk 21 --package org.example.large --version-code 2
check 'one of 60,000 entries is accepted' accept many.apk
limit=$((96 << 10)) in_little_memory 'it is signed' hallmark apk sign --key large -o signed.apk many.apk
in_little_memory 'it is verified' hallmark apk verify signed.apk
rm -f many.apk signed.apk*

# The directory begins where 32 bits end: nothing can be put before it.
"$tools/make_apk" full.apk --file-size $(((4 << 30) + 400)) --min-sdk 24 --package org.example.large --version-code 3
in_little_memory 'four GiB is read' hallmark apk inspect full.apk
check 'it is accepted' accept full.apk
refused 3 'zip64' 'an APK that needs zip64 when signed' hallmark apk sign --key large -o signed.apk full.apk
[[ ! -e signed.apk ]] || fail 'a refused APK was written'
