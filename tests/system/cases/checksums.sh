# SHA256SUMS of a release: checked by sha256sum, gpgv and ssh-keygen alone, from what the host serves. What was changed,
# is of another release, or was called back, is refused; two terminals of a group serve the same files.

"$tools/terminal_with_packages" "$HALLMARK_BIN" "$PWD" --sources
first=$HALLMARK_ROOT second=/mnt/second
www=host/srv/hallmark/www
on_second() { HALLMARK_ROOT=$second hallmark "$@"; }
lines() { grep -c '"kind":"checksums"' "$1/sign/log/release.log" || true; }
lists() {
  python3 -c 'import sqlite3, sys; print(*[row[0] for row in sqlite3.connect(sys.argv[1]).execute(
    "SELECT product FROM checksums ORDER BY product")])' "$1/push/state.db"
}
two_terminals "$first" "$second"
cp -a "$first/releases/." "$second/releases"
check 't2 shows its log' on_second publish

check 'two packages that were accepted' hallmark repo include stable debs
promote() {
  for person in alice bob; do hallmark promote "$1" "$2" stable testing --approve-only --key "$first/demo/approvers/$person"; done
  hallmark promote "$1" "$2" stable testing
}
check 'tool comes into another suite' promote tool 1.0
grep -qF 'releases/tool/1.0/SHA256SUMS' said.txt || { cat said.txt; fail 'it does not say where the list is'; }
check 'and other' promote other 2.0
check 'the log tells of each file' test 6 = "$(lines "$first")"
check 'the same again' promote tool 1.0
check 'signs nothing' test 6 = "$(lines "$first")"
check 'all is published' hallmark publish
check 'by two keys' test 2 = "$(hallmark keys export --checksums | wc -l)"

# A user, with stock tools and the keys from somewhere else.
mkdir user
gpg --batch --quiet --homedir "$(mktemp -d)" --dearmor <"$first/public/archive-keyring.asc" >user/keyring.gpg
hallmark keys export --checksums >user/allowed_signers
get() { curl -fsS --output-dir user -O "$(<url)/$1"; }
get_list() { for suffix in '' .asc .sshsig; do get "releases/$1/SHA256SUMS$suffix"; done; }
get_list other/2.0
mv user/SHA256SUMS user/other
get_list tool/1.0
get pool/main/t/tool/tool_1.0_amd64.deb
by_gpgv() { gpgv --keyring ./user/keyring.gpg user/SHA256SUMS.asc "user/$1"; }
by_ssh_keygen() {
  ssh-keygen -Y verify -f user/allowed_signers -I "$(cut -d' ' -f1 user/allowed_signers | head -n1)" -n "${2:-hallmark-checksums@v1}" \
    -s user/SHA256SUMS.sshsig <"user/$1"
}
by_sha256sum() { cd user && sha256sum --strict --ignore-missing -c SHA256SUMS; }
check 'gpgv takes the list' by_gpgv SHA256SUMS
check 'so does ssh-keygen' by_ssh_keygen SHA256SUMS
check 'and sha256sum the package' by_sha256sum
check 'the list has the source, too' test 'tool_1.0.dsc tool_1.0.tar.xz tool_1.0_amd64.deb' = "$(cut -c67- user/SHA256SUMS | xargs)"
if command -v sqv >/dev/null; then check 'and sqv' sqv --keyring user/keyring.gpg user/SHA256SUMS.asc user/SHA256SUMS; fi

sed "s/^[0-9a-f]*\(  tool_1.0_amd64.deb\)/$(sha256sum <"$0" | cut -c1-64)\1/" user/SHA256SUMS >user/changed
! cmp -s user/SHA256SUMS user/changed || fail 'nothing was changed'
refused 1 'BAD signature' 'a changed list, by gpgv' by_gpgv changed
refused 255 'incorrect signature|Could not verify' 'and by ssh-keygen' by_ssh_keygen changed
refused 1 'BAD signature' 'the list of another release, by gpgv' by_gpgv other
refused 255 'incorrect signature|Could not verify' 'and by ssh-keygen' by_ssh_keygen other
refused 255 'Could not verify|namespace' 'a signature taken for one of another kind' by_ssh_keygen SHA256SUMS hallmark-approval@v1
echo evil >>user/tool_1.0_amd64.deb
refused 1 'FAILED' 'a changed package' by_sha256sum

# The signer itself, asked for what it never accepted.
"$HALLMARK_BIN/hallmark-sign" --root "$first" --socket /mnt/sockets/again 2>signer.err &
signer=$!
ask_for() {
  PYTHONPATH=$tools python3 -c 'import sys; from attack.wire import Client
print(Client("/mnt/sockets/again").ask({"type": "sign-checksums", "product": sys.argv[1], "version": sys.argv[2]}))' "$@"
}
for _ in {1..100}; do [[ ! -S sockets/again ]] || break; sleep 0.1; done
check 'asked for what stands, the signer gives it' ask_for tool 1.0
refused 1 'rule: release-was-accepted' 'asked for a version that was never accepted' ask_for tool 9.9
kill "$signer"
wait "$signer" || true

# t2 takes over what t1 signed, and puts it on a host that lost it; it signs nothing.
cp -r "$www/releases" releases
rm -r "$www/releases"
check 't2 syncs' on_second sync --from releases
check 'and has the lists' test 'other tool' = "$(lists "$second")"
check 'it publishes them' on_second publish
check 'the same bytes' diff -r releases "$www/releases"
check 'and signed none of them' test 0 = "$(lines "$second")"

# Called back.
check 'tool is called back' hallmark withdraw tool 1.0 --key "$first/demo/approvers/carol"
check 'its list is put up no longer' test other = "$(lists "$first")"
check 'that is published' hallmark publish
check 't2 hears of it' on_second sync
check 'and puts up its list no longer' test other = "$(lists "$second")"
check 'nothing was signed meanwhile' test 6 = "$(lines "$first")"
