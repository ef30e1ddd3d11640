# A release through the eyes of somebody who rebuilds it: an ordinary user of another machine, who has the lock, the
# product file and what is published, and trusts none of them.

useradd --create-home --home-dir /mnt/rebuilder rebuilder
chmod 0700 /mnt/rebuilder
as_rebuilder() {
  setpriv --reuid rebuilder --regid rebuilder --init-groups env -i HOME=/mnt/rebuilder PATH="$PATH" "$@"
}
cp terminal/releases/products/figlet.json "terminal/releases/products/figlet/$figlet.lock.json" rebuilder
target=stable_main_amd64_bookworm
attestation=rebuilder/said/figlet_${figlet}_$target.attestation.json
as_rebuilder ssh-keygen -q -t ed25519 -N '' -C '' -f rebuilder/key

# What was fetched from Debian's archive before comes along; the source is fetched for real.
mkdir -p rebuilder/.cache/hallmark/fetch
cp -a terminal/fetch/quarantine rebuilder/.cache/hallmark/fetch
jq -r '.source.files[].sha256' "rebuilder/$figlet.lock.json" | while read -r hash; do
  rm "rebuilder/.cache/hallmark/fetch/quarantine/sha256/${hash:0:2}/$hash"
done
chown -R rebuilder: rebuilder

# rebuild LOCK PRODUCT ARGUMENT...
rebuild() { as_rebuilder hallmark rebuild "rebuilder/$1" --product "rebuilder/$2" "${@:3}"; }
rebuild_figlet() { rebuild "$figlet.lock.json" figlet.json "$@"; }

refused 2 'ordinary user' 'a rebuild by root' hallmark rebuild "rebuilder/$figlet.lock.json" --product rebuilder/figlet.json
chown rebuilder: terminal
refused 1 "a terminal's state folder" 'a rebuild in a terminal' rebuild_figlet --root terminal
chown root: terminal
attesting=(--key rebuilder/key --output rebuilder/said)
refused 2 "it has: $target" 'a target that is none' rebuild_figlet --only nothing "${attesting[@]}"
{ cat rebuilder/figlet.json; echo; } >rebuilder/other.json
refused 3 'not the file that the lock was made from' 'another product file' rebuild "$figlet.lock.json" other.json "${attesting[@]}"
jq '(.environments[0].packages[] | select(.name == "bash") | .sha256) |= "0" * 64' \
  "rebuilder/$figlet.lock.json" >rebuilder/changed.lock.json
refused 3 'bash' 'a lock that names other bytes' rebuild changed.lock.json figlet.json "${attesting[@]}"
[[ ! -e rebuilder/said ]] || fail 'something was attested'

# Ended in mid-build, and run again.
rebuild_figlet >killed.txt 2>&1 &
until [[ -n $(find rebuilder/.cache/hallmark/build/logs -type f 2>/dev/null) ]] || ! kill -0 $! 2>/dev/null; do sleep 0.2; done
kill -KILL $! 2>/dev/null || fail 'the rebuild was over before it could be ended'
wait $! 2>/dev/null || true
check 'a rebuild that was ended goes on, and finds what is published' \
  rebuild_figlet --against host/srv/hallmark/www "${attesting[@]}"
grep -q 'equal to host/srv/hallmark/www/pool' said.txt || fail 'it does not say that the files are equal'
[[ -z $(find rebuilder/.cache rebuilder/said ! -user rebuilder -print -quit) ]] || fail 'not all of it is that user'\''s'

# As docs/formats.md says, with OpenSSH and jq alone.
verify_by_hand() {
  jq -j '.payload | @base64d' "$attestation" >statement
  { printf 'DSSEv1 28 application/vnd.in-toto+json %s ' "$(stat -c %s statement)"; cat statement; } >signed
  {
    echo '-----BEGIN SSH SIGNATURE-----'
    jq -r '.signatures[0].sig' "$attestation" | fold -w 70
    echo '-----END SSH SIGNATURE-----'
  } >signature
  echo "example.org $(<rebuilder/key.pub)" >allowed
  ssh-keygen -Y verify -n hallmark-rebuild@v1 -I example.org -f allowed -s signature <signed
}
check 'ssh-keygen verifies the attestation' verify_by_hand
published=$(sha256sum <host/srv/hallmark/www/pool/main/f/figlet/figlet_"$figlet"_amd64.deb | cut -d' ' -f1)
check 'it names what is published' jq -e --arg sha256 "$published" 'any(.subject[]; .digest.sha256 == $sha256)' statement
check 'and the lock' jq -e --arg lock "$(sha256sum <"rebuilder/$figlet.lock.json" | cut -d' ' -f1)" \
  '.predicate.buildDefinition.externalParameters.lock_sha256 == $lock' statement

# The same from the release log alone, as anybody can copy it from the package host.
key=$(hallmark keys export --log)
from_log() { as_rebuilder hallmark rebuild figlet "$figlet" --from-log "$1" --log-key "$key"; }
check 'a rebuild of what the release log says was accepted' from_log host/srv/hallmark/www/log/demo
grep -q "figlet_${figlet}_amd64.deb  equal to the release log" said.txt || fail 'it does not say that the files are equal'
cp -r host/srv/hallmark/www/log/demo log
for text in log/texts/*; do sed -i 's/bookworm/trixie/' "$text"; done
refused 3 'has not the digest that the log names' 'a log with another text' from_log log
refused 2 'needs a lock and --product, or' 'a log without its key' \
  as_rebuilder hallmark rebuild figlet "$figlet" --from-log log

# Something else is published than the lock gives.
dpkg-deb --raw-extract host/srv/hallmark/www/pool/main/f/figlet/figlet_"$figlet"_amd64.deb unpacked
printf '\n' >>unpacked/usr/share/doc/figlet/copyright
mkdir rebuilder/mirror
dpkg-deb --root-owner-group --build unpacked rebuilder/mirror/figlet_"$figlet"_amd64.deb >/dev/null
rm "$attestation"
refused 3 'other bytes than this lock gives: .*usr/share/doc/figlet/copyright' 'a published file that is another' \
  rebuild_figlet --against rebuilder/mirror --key rebuilder/key --output rebuilder/said
check 'what was built is attested all the same' test -s "$attestation"
refused 1 'has none of the files' 'a folder with something else' rebuild_figlet --against rebuilder/said

# A team's terminal takes what was said, once its policy names the rebuilder.
export HALLMARK_ROOT=/mnt/team
check 'a terminal that has the lock' hallmark init --demo
mkdir -p team/releases/products/figlet
cp rebuilder/figlet.json team/releases/products
cp "rebuilder/$figlet.lock.json" team/releases/products/figlet
refused 4 'attestation-is-signed-by-a-rebuilder' 'an attestation of somebody the policy does not know' \
  hallmark attest import "$attestation"
jq --arg key "$(<rebuilder/key.pub)" '.rebuilders = [{name: "stranger", keys: [$key]}] | .rebuilders_needed = 1' \
  <(hallmark policy show) >named.json
name_the_rebuilder() {
  hallmark policy propose named.json
  for person in alice bob; do hallmark policy approve --key "team/demo/approvers/$person"; done
  hallmark policy change
}
check 'a policy that names the rebuilder' name_the_rebuilder
check 'hallmark attest import' hallmark attest import "$attestation"
check 'the signer keeps it' jq -e '.attestations[0].owner == "stranger"' <(hallmark attest list figlet "$figlet" --json)
