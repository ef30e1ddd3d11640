# A real terminal's first keys, made in front of people: questions, a backup that is opened again, a record that its
# own key signed, and the release log that holds it.

for name in alice bob carol; do ssh-keygen -q -t ed25519 -N '' -C "$name" -f "$name"; done
mkdir media
answers() {
  cat <<'END'

Example Project
org.example.app
2
alice=nowhere.pub
alice=alice.pub
bob=bob.pub
carol=carol.pub

two
2
media/keys.gpg
media/a
media/b
media/c


media/record.txt
END
}
ceremony() { { answers; echo "$1"; } | hallmark init --ceremony --name hall-1; }

refused 1 'was ended' 'a no at the end' ceremony no
[[ ! -e terminal/policy.json && -z $(ls media) ]] || fail 'something was made all the same'
check 'the ceremony' ceremony yes
grep -q 'nowhere.pub: cannot open' said.txt || fail 'a key that is not there is not asked for again'
grep -q 'a number from 1 to 9' said.txt || fail 'a number that is none is not asked for again'
grep -q 'rehearsal: the OpenPGP key signed the record, and gpgv agrees' said.txt || fail 'no rehearsal'

# Anybody can check the record.
gpg --batch --quiet --dearmor <terminal/public/archive-keyring.asc >keyring.gpg
check "the record is signed by the terminal's key" gpgv --keyring ./keyring.gpg --output record media/record.txt
policy=$(sha256sum <terminal/policy.json | cut -d' ' -f1)
for line in 'terminal: hall-1 of group terminals' 'origin: Example Project' "policy: sha256:$policy" \
  "apk key app: certificate sha256:$(sha256sum <terminal/public/apk-app.der | cut -d' ' -f1)" \
  "log key: $(hallmark keys export --log)" "approver bob: $(ssh-keygen -lf bob.pub | cut -d' ' -f2)" \
  'approvals needed: 2' "backup: any 2 of 3 shares open sha256:$(sha256sum <media/keys.gpg | cut -d' ' -f1)"; do
  grep -qxF -- "$line" record || fail "the record does not say: $line"
done
[[ $(grep -c '^spare subkey: [0-9A-F]\{40\}$' record) = 2 ]] || fail 'the record does not name the spare subkeys'
[[ $(gpg --show-keys --with-colons terminal/public/archive-keyring.asc | grep -c '^sub:') = 2 ]] || fail 'users do not get the spare subkeys'
check 'they sign nothing' bash -c "hallmark keys list | grep -c 'spare, signs nothing here' | grep -qx 2"
grep -q '█' media/record.txt || fail 'no QR code'
check 'its backup opens' hallmark keys restore media/keys.gpg --rehearse --share media/a --share media/c
ssss-combine -x -q -t 2 < <(sed -n 's/^share: //p' media/a media/c) 2>passphrase
mkdir -m 700 stock
gpg --homedir stock --batch --quiet --pinentry-mode loopback --passphrase-file passphrase --decrypt media/keys.gpg >keys.tar
grep -q "^openpgp-revocs.d/$(gpg --show-keys --with-colons keyring.gpg 2>/dev/null | awk -F: '/^fpr/ { print $10; exit }').rev" \
  <(tar -tf keys.tar) || fail 'no revocation certificate in the backup'

# And it is in the log.
leaf=$(sed -n 2p terminal/sign/log/release.log)
python3 - "$leaf" media/record.txt <<'END'
import hashlib, json, sys
leaf, record = json.loads(sys.argv[1]), open(sys.argv[2]).read()
assert leaf['kind'] == 'ceremony', leaf['kind']
assert record.startswith(leaf['text']), 'another record'
assert leaf['sha256'] == hashlib.sha256(leaf['text'].encode()).hexdigest()
END
record_again() {
  printf '\nyes\n' | hallmark init --ceremony --root "$PWD/other" --origin Other --approver alice=alice.pub \
    --threshold 1 --spare-subkeys 1 --backup media/other.gpg --share media/x --share media/y --record media/record.txt
}
refused 1 'record.txt: exists already' 'a record that is there, before a key is made' record_again
[[ ! -e other/keys && ! -e media/other.gpg && ! -e media/x ]] || fail 'something was made all the same'
refused 2 'requires --ceremony' 'a backup without a ceremony' hallmark init --root "$PWD/other" --backup media/other.gpg
refused 1 'is a terminal already' 'a second ceremony' ceremony yes
refused 2 'is not for a throwaway terminal' 'a ceremony for a demo' hallmark init --demo --ceremony --root "$PWD/other"
refused 2 'was not answered' 'nobody answers' hallmark init --ceremony --root "$PWD/other"
