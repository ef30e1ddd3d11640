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
refused 3 'are not those of the backup: Only in .*0000.key' 'a rehearsal with a key too many' \
  hallmark keys restore keys.gpg --rehearse --share a/share --share b/share
rm "$home/private-keys-v1.d/0000000000000000000000000000000000000000.key"

mv "$home/openpgp-revocs.d" elsewhere
refused 3 'are not those of the backup: .*openpgp-revocs.d' 'a rehearsal without revocation certificates' \
  hallmark keys restore keys.gpg --rehearse --share a/share --share b/share
refused 1 'openpgp-revocs.d' 'a backup without them' hallmark keys backup more.gpg --share d --share e
mv elsewhere "$home/openpgp-revocs.d"
check 'more shares than are needed open it' hallmark keys restore keys.gpg --rehearse "${shares[@]/#/--share=}"
touch "$home/private-keys-v1.d"/*.key
tr a-f A-F <b/share | sed 's/^SHARE/share/; s/$/\r/' >typed
check 'a share typed from paper' hallmark keys restore keys.gpg --rehearse --share a/share --share typed

# Whoever owns the folder of a share prepared what its first name would be.
ln keys.gpg victim && mkfifo d.partial && ln -s victim e.partial && ln victim more.gpg.partial
check 'hostile names' hallmark keys backup more.gpg --share d --share e
cmp victim kept.gpg || fail 'a file of another name was written to'
[[ $(stat -c '%a %F %h' more.gpg d e | sort -u) == '600 regular file 1' ]] || fail 'not new files of ours'
rm more.gpg d e victim
# The second of three names cannot be given.
refused 1 'cannot be given its name' 'a failure between the names' strace -f -qq -o /dev/null \
  -e trace=renameat2 -e inject=renameat2:error=EIO:when=2 hallmark keys backup more.gpg --share d --share e
[[ -z $(find . -maxdepth 1 \( -name 'more.gpg*' -o -name 'd' -o -name 'e' -o -name '*.partial' \)) ]] || fail 'something stays'

# With nothing of ours.
ssss-combine -x -q -t 2 < <(sed -n 's/^share: //p' a/share c/share) 2>passphrase
mkdir -m 700 stock
check 'stock programs open it' bash -c 'gpg --homedir stock --batch --quiet --pinentry-mode loopback \
  --passphrase-file passphrase --decrypt keys.gpg | tar --list | grep -q "^private-keys-v1.d/.*key$"'

# What is no share, not enough, or of something else.
refused 3 '1 of them were given, and 2 are needed' 'one share' hallmark keys restore keys.gpg --rehearse --share a/share
refused 3 'given twice' 'one share twice' hallmark keys restore keys.gpg --rehearse --share a/share --share a/share
sed "/^share: /s/$/0/" b/share >long
refused 3 'is no share' 'a share that is too long' hallmark keys restore keys.gpg --rehearse --share a/share --share long
sed '/^share: /y/0123456789/1234567890/' b/share | sed 's/^share: .-/share: 2-/' >changed
refused 3 'do not agree' 'a changed share among three' hallmark keys restore keys.gpg --rehearse --share a/share --share changed --share c/share
refused 3 'cannot be opened with these shares' 'a changed share' hallmark keys restore keys.gpg --rehearse --share a/share --share changed
printf 'needed: 2\nshare: 1-ab\n' >short
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
[[ ! -e more.gpg && ! -e d && -z $(find . -maxdepth 2 -name '*.partial') && ! -e $home/backup.partial ]] || fail 'a backup that failed left something'

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
refused 3 'are not those of the backup' 'a rehearsal when the keys are gone' \
  hallmark keys restore keys.gpg --rehearse --share a/share --share b/share
check 'hallmark keys restore' hallmark keys restore keys.gpg --share a/share --share b/share
grep -q "$(wc -l <before) private keys brought back" said.txt || fail 'it does not say how many keys came back'
check 'they are the same keys' diff before <(grips)
key=$(find "$home/private-keys-v1.d" -name '*.key' | head -1)
cp -p "$key" kept.key && : >"$key"
refused 3 'is there with other bytes' 'a key that was damaged' \
  hallmark keys restore keys.gpg --share a/share --share b/share
rm "$key"
check 'when it is out of the way' hallmark keys restore keys.gpg --share a/share --share b/share
cmp "$key" kept.key || fail 'another key came back'
[[ ! -e $home/backup.partial ]] || fail 'what was unpacked stays'
check 'again: nothing to do' hallmark keys restore keys.gpg --share a/share --share b/share
grep -q '0 private keys brought back' said.txt || fail 'it brought back keys that were there'
check 'they are where their agent reads them' test "$(stat -c %U "$home/private-keys-v1.d"/*.key | sort -u)" = "$(stat -c %U "$home")"
