# A state folder that the programs' users cannot reach is named as what is wrong, and init goes on once it is open.

mkdir -m 0700 closed
in_closed() { hallmark --root /mnt/closed/terminal init --demo --apk-key app:p256; }
refused 1 '^hallmark: error: /mnt/closed/terminal/keys/signing: cannot be entered by user hallmark-keys: Permission' \
  'init below a folder that is closed' in_closed
grep -q '^hallmark: hint: every folder on the way' said.txt || fail 'there is no hint'
chmod 0711 closed
check 'init once the way is open' in_closed
check 'its agent files are its own' test -z "$(find closed/terminal/keys/signing ! -user hallmark-keys)"
