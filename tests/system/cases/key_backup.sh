# The signing keys, backed up for two of three people, lost and brought back; with stock programs too.

check 'a terminal' hallmark init --demo
home=terminal/keys/signing
grips() { (cd "$home/private-keys-v1.d" && sha256sum -- *.key); }
grips >before

shares=(a/share b/share c/share)
mkdir a b c
back_up() { hallmark keys backup keys.gpg --needed 2 "${shares[@]/#/--share=}"; }
check 'hallmark keys backup' back_up
grep -q 'any 2 of 3 shares open it' said.txt || fail 'it does not say how many shares open it'
[[ $(stat -c %a keys.gpg a/share b/share c/share | sort -u) == 600 ]] || fail 'a backup or a share that others can read'
! grep -rqE "$(cut -d- -f2 a/share | tail -1)" terminal keys.gpg || fail 'a share is kept on the terminal'
refused 1 'keys.gpg' 'a backup is not made over' back_up
cp keys.gpg kept.gpg

for pair in 'a b' 'a c' 'b c'; do
  read -r first second <<<"$pair"
  check "shares $pair open it" hallmark keys restore keys.gpg --rehearse --share "$first/share" --share "$second/share"
done

# A key that is made later is in no backup.
cp "$(find "$home/private-keys-v1.d" -name '*.key' | head -1)" "$home/private-keys-v1.d/0000000000000000000000000000000000000000.key"
refused 3 'is not in the backup' 'a rehearsal with a key too many' \
  hallmark keys restore keys.gpg --rehearse --share a/share --share b/share
rm "$home/private-keys-v1.d/0000000000000000000000000000000000000000.key"

# With nothing of ours.
ssss-combine -x -q -t 2 < <(sed -n 's/^share: //p' a/share c/share) 2>passphrase
mkdir -m 700 stock
check 'stock programs open it' bash -c 'gpg --homedir stock --batch --quiet --pinentry-mode loopback \
  --passphrase-file passphrase --decrypt keys.gpg | tar --list | grep -q "^private-keys-v1.d/.*key$"'

# What is no share, not enough, or of something else.
refused 3 'cannot be put together' 'one share' hallmark keys restore keys.gpg --rehearse --share a/share
refused 3 'given twice' 'one share twice' hallmark keys restore keys.gpg --rehearse --share a/share --share a/share
sed '/^share: /y/0123456789/1234567890/' b/share | sed 's/^share: .-/share: 2-/' >changed
refused 3 'cannot be opened with these shares' 'a changed share' hallmark keys restore keys.gpg --rehearse --share a/share --share changed
echo 'share: 1-ab' >short
refused 3 'is no share' 'a share that is none' hallmark keys restore keys.gpg --rehearse --share a/share --share short
printf x | dd of=keys.gpg bs=1 seek=300 conv=notrunc status=none
refused 3 'of another backup' 'a changed backup' hallmark keys restore keys.gpg --rehearse --share a/share --share b/share
sed -i "s/^backup: .*/backup: $(sha256sum <keys.gpg | cut -c1-64)/" a/share b/share
refused 3 'cannot be opened' 'a changed backup, with shares that say otherwise' \
  hallmark keys restore keys.gpg --rehearse --share a/share --share b/share
cp kept.gpg keys.gpg
sed -i "s/^backup: .*/backup: $(sha256sum <keys.gpg | cut -c1-64)/" a/share b/share
refused 2 'needed' 'fewer shares than are needed' hallmark keys backup more.gpg --needed 3 --share d --share e
refused 2 'a file twice' 'two shares in one file' hallmark keys backup more.gpg --share d --share d
refused 1 'nowhere' 'a folder that is not there' hallmark keys backup more.gpg --share d --share nowhere/e
[[ ! -e more.gpg && ! -e d && -z $(find . -maxdepth 2 -name '*.partial') ]] || fail 'a backup that failed left something'

# Killed in the middle: what is left has no final name, and the next run makes it over.
for moment in 0.02 0.1 0.2 0.3; do
  timeout --signal=KILL "$moment" hallmark keys backup more.gpg --share d --share e >/dev/null 2>&1 || true
  [[ ! -e more.gpg || (-e d && -e e) ]] || fail 'a backup without its shares'
  [[ ! -e more.gpg ]] || break
done
rm -f more.gpg d e
check 'and again to its end' hallmark keys backup more.gpg --share d --share e
[[ -z $(find . -maxdepth 1 -name '*.partial') ]] || fail 'a partial file stays'

# The keys are lost.
rm -rf "$home/private-keys-v1.d"/*
refused 1 'compared with their backup' 'a rehearsal when the keys are gone' \
  hallmark keys restore keys.gpg --rehearse --share a/share --share b/share
check 'hallmark keys restore' hallmark keys restore keys.gpg --share a/share --share b/share
grep -q "$(wc -l <before) private keys brought back" said.txt || fail 'it does not say how many keys came back'
check 'they are the same keys' diff before <(grips)
check 'again: nothing to do' hallmark keys restore keys.gpg --share a/share --share b/share
grep -q '0 private keys brought back' said.txt || fail 'it brought back keys that were there'
check 'they are where their agent reads them' test "$(stat -c %U "$home/private-keys-v1.d"/*.key | sort -u)" = "$(stat -c %U "$home")"
