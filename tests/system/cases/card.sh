# The same requests, with keys on a card: SoftHSM stands for it, behind gnupg-pkcs11-scd in the place of scdaemon. A wrong
# PIN, a card that is away, nobody to ask: each gives its own error, and nothing is lost: the same request works
# afterwards. What is shown to the person who is asked is written down.
#
# SoftHSM has no counter of wrong PINs, and gnupg-pkcs11-scd asks for the PIN of a card that is away, again and again.
# What GnuPG's own scdaemon says then is said by one of ours, which signs nothing.

"$tools/terminal_with_packages" "$HALLMARK_BIN" "$PWD"
root=$HALLMARK_ROOT home=$HALLMARK_ROOT/keys/signing
listed() { hallmark keys list --json | jq -e "$1"; }
change_policy() {
  hallmark policy propose "$@" &&
    for person in alice bob; do hallmark policy approve --key "$root/demo/approvers/$person"; done &&
    hallmark policy change
}
as_keeper() { setpriv --reuid hallmark-keys --regid hallmark-keys --clear-groups env HOME="$home" GNUPGHOME="$home" "$@"; }
log_size() { wc -l <"$root/sign/log/release.log"; }

check 'packages that were accepted' hallmark repo include stable debs

# A card with an RSA key for APKs and one for apt, and its certificates.
install -d -o hallmark-keys -g hallmark-keys -m 0700 card "$home/.config" "$home/.config/softhsm2"
echo "directories.tokendir = $PWD/card" >"$home/.config/softhsm2/softhsm2.conf"
chmod -R a+rX "$home/.config" && chown -R hallmark-keys: "$home/.config"
module=/usr/lib/softhsm/libsofthsm2.so
as_keeper softhsm2-util --init-token --free --label card --pin 123456 --so-pin 87654321 >/dev/null
for id in 01 02; do
  openssl req -x509 -newkey rsa:2048 -nodes -keyout "$id.pem" -out "$id.crt" -days 10000 -subj "/CN=Card $id" 2>/dev/null
  openssl x509 -in "$id.crt" -outform der -out "$id.der"
  openssl pkcs8 -topk8 -nocrypt -in "$id.pem" -out "$id.p8"
  chmod a+r "$id".*
  as_keeper softhsm2-util --import "$PWD/$id.p8" --token card --label "key $id" --id "$id" --pin 123456 >/dev/null
  as_keeper pkcs11-tool --module "$module" --login --pin 123456 --write-object "$PWD/$id.der" --type cert --id "$id" >/dev/null 2>&1
  rm "$id.pem" "$id.p8"
done

# A pinentry in the place of a person: it gives the PIN that person/pin holds, eight times at most, and writes down what
# it was asked. Without a PIN it cancels; "late" is one that nobody answered in time.
mkdir -m 0777 person
cat >pinentry <<'END'
#!/bin/sh
echo OK
while read -r line; do
  case $line in
    GETPIN*)
      echo asked >>/mnt/person/asked
      pin=$(cat /mnt/person/pin)
      if [ "$pin" = both ]; then pin=$(if grep SETDESC /mnt/person/told | tail -n 1 | grep -q 'Sign the'; then echo 'correct horse 7'; else echo 123456; fi); fi
      if [ "$pin" = late ]; then echo 'ERR 83886142 Timeout'
      elif [ -z "$pin" ] || [ "$(wc -l </mnt/person/asked)" -gt 8 ]; then echo 'ERR 83886179 cancelled'
      else printf 'D %s\nOK\n' "$pin"; fi ;;
    CONFIRM*) echo 'ERR 83886179 cancelled' ;;
    BYE*) echo OK; exit ;;
    *) echo "$line" >>/mnt/person/told; echo OK ;;
  esac
done
END
chmod 755 pinentry .
# configured SCDAEMON PINENTRY: what the agent has for cards, and to ask with.
configured() {
  printf 'enable-ssh-support\nscdaemon-program %s\npinentry-program %s\n' "$1" "$2" >"$home/gpg-agent.conf"
}
configured /usr/bin/gnupg-pkcs11-scd /mnt/pinentry
printf 'providers card\nprovider-card-library %s\npin-cache 0\n' "$module" >"$home/gnupg-pkcs11-scd.conf"
person() { rm -f person/asked person/told; printf '%s' "$1" >person/pin; chmod a+r person/pin; }

# In the ceremony: the agent learns of the card's keys, and an OpenPGP key is made of the second one.
person 123456
as_keeper gpg-agent --daemon >/dev/null
as_keeper gpg-connect-agent --no-autostart LEARN /bye >/dev/null
grip_of() { as_keeper gpg-connect-agent --no-autostart 'SCD LEARN --force' /bye | awk -v name="$1" '/KEY-FRIEDNLY/ && index($0, name) { print $3 }'; }
apk=$(grip_of 'Card 01') apt=$(grip_of 'Card 02')
check 'two keys on the card' test -n "$apk" -a -n "$apt"
printf 'Key-Type: RSA\nKey-Grip: %s\nKey-Usage: sign\nName-Real: Card\nName-Email: card@example.org\nExpire-Date: 0\n%%commit\n' "$apt" >make-key
chmod a+r make-key
as_keeper gpg --batch --no-autostart --full-generate-key "$PWD/make-key" 2>/dev/null
fingerprint=$(as_keeper gpg --list-keys --with-colons card@example.org | awk -F: '/^fpr/ { print $10; exit }')
as_keeper gpg --armor --export "$fingerprint" >apt.asc
as_keeper gpgconf --kill gpg-agent

jq ".suites[0].keys += [\"$fingerprint\"] | .apk_keys += [{\"name\": \"card\", \"keygrip\": \"$apk\",
  \"certificate_sha256\": \"$(sha256sum <01.der | cut -d' ' -f1)\", \"packages\": [\"org.example.test\"]}]" \
  "$root/policy.json" >card.json
check 'a policy with the keys of the card' change_policy card.json --openpgp-key apt.asc --apk-certificate card=01.der
check 'they are listed with the card' listed '[.keys[] | select(.where == "card") | .use] == ["suite", "application"]'

"$tools/make_apk" app.apk --package org.example.test
setpriv --reuid hallmark-sign --regid hallmark-sign --clear-groups \
  "$HALLMARK_BIN/../tests/tools/accept_apk" "$root" app.apk card >/dev/null
sign_apk() { hallmark apk sign --key card -o signed.apk app.apk; }
# Withdraws, and then signs the suite without the package; again, it signs alone.
sign_suite() { hallmark withdraw "$1" "$2" --key "$root/demo/approvers/alice"; }

size=$(log_size)
# not_signed CAUSE WHAT COMMAND...: the command fails, says why the key did not sign, that nothing was signed and what to
# do; and nothing was.
not_signed() {
  refused 1 "error: $key: did not sign: $1" "$2" "${@:3}"
  grep -q 'hint: nothing was signed; ' said.txt || fail "$2: no hint"
  [[ ! -e signed.apk && $size = "$(log_size)" ]] || fail "$2: something was signed"
}

key='APK key card'
person 999999
not_signed 'the PIN is wrong \(Bad PIN\)' 'the wrong PIN' sign_apk
person ''
not_signed 'the question for the PIN or passphrase was cancelled' 'cancelled' sign_apk
person late
not_signed 'nobody answered the question for the PIN or passphrase in time' 'nobody answers' sign_apk
mv card away && install -d -o hallmark-keys -m 0700 card
person 123456
not_signed 'the question for the PIN or passphrase was cancelled' 'the card is away: it asks again and again, until somebody cancels' sign_apk
rmdir card && mv away card
person 123456
configured /usr/bin/gnupg-pkcs11-scd /nonexistent
not_signed 'the agent has no program to ask' 'no pinentry' sign_apk
configured /usr/bin/gnupg-pkcs11-scd /usr/bin/pinentry-curses
not_signed 'the PIN or passphrase could not be asked for \(Inappropriate ioctl' 'a pinentry without a screen' sign_apk
configured /nonexistent /mnt/pinentry
not_signed 'the agent has no program for cards' 'no scdaemon' sign_apk
printf 'disable-scdaemon\n' >"$home/gpg-agent.conf"
not_signed 'the agent does not use cards' 'cards are switched off' sign_apk

# An scdaemon that has the card's serial number and no more: PKSIGN fails as person/card says.
serial=$(hallmark keys list --json | jq -r '[.keys[] | select(.where == "card") | .card][0]')
cat >scdaemon <<END
#!/bin/sh
echo 'OK'
while read -r line; do
  case \$line in
    SERIALNO*) echo 'S SERIALNO $serial'; echo OK ;;
    PKSIGN*) echo "ERR \$(cat /mnt/person/card)" ;;
    BYE*) echo OK; exit ;;
    *) echo OK ;;
  esac
done
END
chmod 755 scdaemon
configured /mnt/scdaemon /mnt/pinentry
card_says() { echo "$((100663296 + $1)) $2" >person/card; }
card_says 130 'PIN blocked'
not_signed 'the card is blocked, because of too many wrong PINs \(PIN blocked\)' 'a blocked card' sign_apk
card_says 110 'Card removed'
not_signed 'the card was removed \(Card removed\)' 'a card taken out in the middle' sign_apk
card_says 112 'Card not present'
not_signed 'there is no card' 'no card' sign_apk
card_says 91 'Wrong card'
not_signed 'another card is in the reader' 'another card' sign_apk
card_says 110 'Card removed'
refused 1 "error: OpenPGP key $fingerprint: did not sign: the card was removed" 'a suite: the key in software has signed, and the card is taken out' \
  sign_suite other 2.0
configured /usr/bin/gnupg-pkcs11-scd /mnt/pinentry

size=$(log_size)
person 123456
check 'the right PIN' env GPG_TTY=/dev/pts/77 DISPLAY=:77 hallmark apk sign --key card -o signed.apk app.apk
# Once, or more often where the four signatures take longer than the provider remembers it (pin-cache 0).
check 'was asked for on a screen that the client does not choose' bash -c '
  grep -q SETDESC person/told && ! grep -E "^OPTION (ttyname|display)" person/told'
check 'an APK that verifies' hallmark apk verify signed.apk
check 'one line of the log' test $((size + 1)) = "$(log_size)"
mv signed.apk first.apk
person 123456
check 'again' sign_apk
check 'the same bytes' cmp first.apk signed.apk
check 'and no line more' test $((size + 1)) = "$(log_size)"
rm signed.apk

size=$(log_size) key="OpenPGP key $fingerprint"
person 999999
not_signed 'the PIN is wrong' 'a suite, with the wrong PIN' sign_suite other 2.0
person 123456
check 'a suite, with the right one' sign_suite other 2.0
signatures() {
  gpg --dearmor <"$root/public/archive-keyring.asc" >all.gpg
  gpgv --status-fd 1 --keyring ./all.gpg "$@" 2>/dev/null | grep -c VALIDSIG
}
dists=$root/push/tree/dists/stable
check 'signed by both keys' test 2 = "$(signatures "$dists/InRelease")"
check 'Release.gpg too' test 2 = "$(signatures "$dists/Release.gpg" "$dists/Release")"

# A key in software with a passphrase: whoever is asked for it reads what is to be signed.
archive=$(jq -r '.suites[0].keys[0]' "$root/policy.json")
grip=$(as_keeper gpg --list-keys --with-colons --with-keygrip "$archive" | awk -F: '/^grp/ { print $10; exit }')
person 'correct horse 7'
as_keeper gpg-agent --daemon >/dev/null 2>&1
as_keeper gpg-connect-agent --no-autostart "PASSWD $grip" /bye >/dev/null
as_keeper gpgconf --kill gpg-agent
person 'wrong horse 7'
key="OpenPGP key $archive"
refused 1 "error: $key: did not sign: the passphrase is wrong" 'a key in software, with the wrong passphrase' sign_suite tool 1.0
grep SETDESC person/told >read
check 'what was read: the action' grep -q '%0ASign the Release of suite stable, dated 20[0-9TZ:-]*%0A' read
check 'and what is signed' grep -Eq '%0ASHA-256 of the file:%0A[0-9a-f]{64}%0AWhat is signed \(sha512\):%0A[0-9a-f]{64}%0A[0-9a-f]{64}%0A' read
size=$(log_size)
person ''
not_signed 'the question for the PIN or passphrase was cancelled' 'nobody gives it' sign_suite tool 1.0
person both
check 'both right' sign_suite tool 1.0
check 'the digest was that of the Release' grep -q "%0A$(sha256sum <"$dists/Release" | cut -d' ' -f1)%0A" person/told
check 'signed by both keys again' test 2 = "$(signatures "$dists/InRelease")"
