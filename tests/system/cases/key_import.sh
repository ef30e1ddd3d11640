# Keys that were made elsewhere come into the signing agent, and sign once a policy names them and says where they
# have been: an APK key from what keytool writes today, an EC one, and an OpenPGP key with a passphrase.

"$tools/terminal_with_packages" "$HALLMARK_BIN" "$PWD"
root=$HALLMARK_ROOT
listed() { hallmark keys list --json | jq -e "$1"; }
change_policy() {
  hallmark policy propose "$@" &&
    for person in alice bob; do hallmark policy approve --key "$root/demo/approvers/$person"; done &&
    hallmark policy change
}
check 'packages that were accepted' hallmark repo include stable debs
import() { hallmark keys import "$@" --passphrase-fd 7 7<passphrase; }
printf 'only in this test' >passphrase
printf 'another' >wrong
cp passphrase same  # for openssl, which reads two passphrases of one file from two lines
cp "$root/keys/signing/sshcontrol" offered

keytool -genkeypair -keystore old.p12 -storetype PKCS12 -storepass:file passphrase -alias old -keyalg RSA -keysize 2048 \
  -validity 10000 -dname 'CN=Before' 2>/dev/null
keytool -exportcert -keystore old.p12 -storepass:file passphrase -alias old -file old.der 2>/dev/null
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -keyout ec.pem -out ec.crt -days 10000 -subj /CN=Ec \
  -passout file:passphrase 2>/dev/null
openssl pkcs12 -export -inkey ec.pem -passin file:passphrase -in ec.crt -passout file:same -out ec.p12
openssl x509 -in ec.crt -outform der -out ec.der

refused 1 'PKCS#12 file' 'the wrong passphrase' hallmark keys import --pkcs12 old.p12 --name old --passphrase-fd 7 7<wrong
refused 1 'PKCS#12 file' 'a file that is none' import --pkcs12 old.der --name old
refused 2 'exactly one' 'nothing to import' import
check 'nothing came of that' listed '.not_in_inventory == []'
check "keytool's key" import --pkcs12 old.p12 --name old
check 'an EC key' import --pkcs12 ec.p12 --name ec
check 'the certificate, byte for byte' cmp old.der "$root/releases/imported/apk-old.der"
check 'the other too' cmp ec.der "$root/releases/imported/apk-ec.der"
check 'the agent has two keys more' listed '(.not_in_inventory | length) == 2'
check 'and offers no more than before' cmp offered "$root/keys/signing/sshcontrol"
check 'nothing is left over' test ! -e "$root/keys/signing/import"
entry=$(import --pkcs12 old.p12 --name old --json | jq -c .apk_key)
check 'the same again is the same key' listed '(.not_in_inventory | length) == 2'

# A passphrase in the OpenPGP file: in the agent the key has none.
mkdir -m 0700 elsewhere
gpg --homedir elsewhere --batch --quiet --pinentry-mode loopback --passphrase-file passphrase \
  --quick-gen-key 'Before <before@example.org>' rsa2048 sign never
gpg --homedir elsewhere --batch --pinentry-mode loopback --passphrase-file passphrase --armor \
  --export-secret-keys >old.asc
gpgconf --homedir elsewhere --kill gpg-agent
check 'an OpenPGP key' import --openpgp old.asc
fingerprint=$(gpg --homedir elsewhere --list-keys --with-colons | awk -F: '/^fpr/ { print $10; exit }')
public=$root/releases/imported/$fingerprint.asc
refused 1 'OpenPGP key' 'what is no key' import --openpgp old.der

# Which of several keys would it be? None of them comes in.
gpg --homedir elsewhere --batch --quiet --pinentry-mode loopback --passphrase-file passphrase \
  --quick-gen-key 'Second <second@example.org>' rsa2048 sign never
gpg --homedir elsewhere --batch --pinentry-mode loopback --passphrase-file passphrase --armor \
  --export-secret-keys >two.asc
gpg --homedir elsewhere --armor --export before@example.org >public.asc
gpgconf --homedir elsewhere --kill gpg-agent
keytool -genkeypair -keystore old.p12 -storepass:file passphrase -alias second -keyalg RSA -keysize 2048 \
  -validity 10000 -dname 'CN=Second' 2>/dev/null
refused 1 'not exactly one key' 'two OpenPGP keys' import --openpgp two.asc
refused 1 'not exactly one key' 'a public key' import --openpgp public.asc
refused 1 'not exactly one key' 'two APK keys' import --pkcs12 old.p12 --name old
check 'none of them is there' listed '(.not_in_inventory | length) == 3'

# What was imported signs nothing before people have approved of it.
certificate=$(sha256sum <old.der | cut -d' ' -f1)
jq ".apk_keys += [$entry | .packages = [\"org.example.test\"]] | .suites[0].keys += [\"$fingerprint\"]
  | .exposed_keys = [\"$certificate\", \"$fingerprint\"]" "$root/policy.json" >with-old.json
check 'a policy that takes them up' change_policy with-old.json --apk-certificate "old=$root/releases/imported/apk-old.der" \
  --openpgp-key "$public"
check 'they are listed as exposed' listed '[.keys[] | select(.exposed_before_import) | .use] == ["suite", "application"]'
check 'in words' grep -q 'EXPOSED before import' <(hallmark keys list)
jq '.exposed_keys = []' "$root/policy.json" >unmarked.json
refused 4 'rule: exposed-keys-stay-marked' 'a policy that forgets it' change_policy unmarked.json

check 'both OpenPGP keys sign' hallmark withdraw other 2.0 --key "$root/demo/approvers/alice"
check 'as gpgv says' test 2 = "$(gpg --dearmor <"$root/public/archive-keyring.asc" >both.gpg &&
  gpgv --status-fd 1 --keyring ./both.gpg "$root/push/tree/dists/stable/InRelease" 2>/dev/null | grep -c VALIDSIG)"
"$tools/make_apk" app.apk --package org.example.test
chmod 755 . && setpriv --reuid hallmark-sign --regid hallmark-sign --clear-groups \
  "$HALLMARK_BIN/../tests/tools/accept_apk" "$root" app.apk old >/dev/null
check 'the APK key signs' hallmark apk sign --key old -o signed.apk app.apk
check 'as before' grep -q "certificate SHA-256 $certificate" <(hallmark apk verify signed.apk)

# A publishing key that a host has let in until now; the case publishing_key publishes with one.
ssh-keygen -q -t ed25519 -N 'only in this test' -C before -f host_key
ssh-keygen -q -t rsa -b 3072 -N '' -C plain -f plain_key
refused 1 'SSH key' 'the wrong passphrase' hallmark keys import --ssh host_key --passphrase-fd 7 7<wrong
refused 1 'SSH key' 'a public key' import --ssh host_key.pub
refused 2 'exactly one' 'two at once' import --ssh host_key --openpgp old.asc
check 'nothing came of that' test 1 = "$(hallmark keys list --json | jq '[.keys[] | select(.use == "publishing")] | length')"
# In a caller that left many descriptors open.
check 'a publishing key' import --ssh host_key 3</dev/null 4</dev/null 5</dev/null 6</dev/null 8</dev/null 9</dev/null
check 'nothing is left over there' test ! -e "$root/keys/publishing/import"
check 'the same again' import --ssh host_key
check 'one without a passphrase' import --ssh plain_key
check 'all are listed, two as exposed' listed '[.keys[] | select(.use == "publishing") | .exposed_before_import] == [null, true, true]'
check 'in software' listed 'all(.keys[] | select(.use == "publishing"); .where == "software")'
check 'by their fingerprints' listed "[.keys[] | select(.use == \"publishing\") | .fingerprint][1:] ==
  [\"$(ssh-keygen -lf host_key.pub | cut -d' ' -f2)\", \"$(ssh-keygen -lf plain_key.pub | cut -d' ' -f2)\"]"
check 'the one that was made here is printed' test "$(hallmark keys export --publishing | cut -d' ' -f2)" = \
  "$(cut -d' ' -f2 "$root/keys/publishing.pub")"
