# The same requests, with keys on a card: SoftHSM stands for it, behind gnupg-pkcs11-scd in the place of scdaemon. Wrong
# PINs and a card that is away give clear errors, and nothing is lost: the same request works afterwards.
#
# SoftHSM has no counter of wrong PINs: what a blocked card says is a unit test (gpg_keys_test).

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

# A pinentry in the place of a person: it gives the PIN that pin.txt holds, three times at most, and writes down what it
# was asked. Without a PIN it cancels.
mkdir -m 0777 person
cat >pinentry <<'END'
#!/bin/sh
echo OK
while read -r line; do
  case $line in
    GETPIN*)
      echo asked >>/mnt/person/asked
      pin=$(cat /mnt/person/pin)
      if [ -z "$pin" ] || [ "$(wc -l </mnt/person/asked)" -gt 3 ]; then echo 'ERR 83886179 cancelled'; else printf 'D %s\nOK\n' "$pin"; fi ;;
    CONFIRM*) echo 'ERR 83886179 cancelled' ;;
    BYE*) echo OK; exit ;;
    *) echo "$line" >>/mnt/person/told; echo OK ;;
  esac
done
END
chmod 755 pinentry .
printf 'enable-ssh-support\nscdaemon-program /usr/bin/gnupg-pkcs11-scd\npinentry-program /mnt/pinentry\n' >"$home/gpg-agent.conf"
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
sign_suite() { hallmark withdraw other 2.0 --key "$root/demo/approvers/alice"; }

size=$(log_size)
person 999999
refused 1 'Bad PIN' 'the wrong PIN' sign_apk
check 'was asked for on another screen than ours' grep -q 'SETDESC' person/told
person 999999
refused 1 'hint: nothing was signed' 'what to do about it' sign_apk
person ''
refused 1 'cancelled|Operation cancelled' 'nobody answers' sign_apk
mv card away && install -d -o hallmark-keys -m 0700 card
person 123456
refused 1 'key agent' 'the card is away' sign_apk
rmdir card && mv away card
check 'nothing was signed' test ! -e signed.apk -a "$size" = "$(log_size)"
person 123456
check 'the right PIN' sign_apk
check 'an APK that verifies' hallmark apk verify signed.apk
check 'one line of the log' test $((size + 1)) = "$(log_size)"
mv signed.apk first.apk
person 123456
check 'again' sign_apk
check 'the same bytes' cmp first.apk signed.apk
check 'and no line more' test $((size + 1)) = "$(log_size)"

person 999999
refused 1 'key agent: (made . of 2 signatures|did not sign)' 'a suite, with the wrong PIN' sign_suite
person 123456
check 'a suite, with the right one' sign_suite
check 'signed by both keys' test 2 = "$(gpg --dearmor <"$root/public/archive-keyring.asc" >both.gpg &&
  gpgv --status-fd 1 --keyring ./both.gpg "$root/push/tree/dists/stable/InRelease" 2>/dev/null | grep -c VALIDSIG)"
