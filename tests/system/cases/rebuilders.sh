# A stock Debian client that installs what two of three rebuilders attested, and nothing else: Debian's own
# apt-transport-in-toto, which knows nothing of Hallmark, with a layout that is made as docs/rebuilders.md says.

lock=rebuilder/$figlet.lock.json
www=host/srv/hallmark/www
as_rebuilder() {
  setpriv --reuid rebuilder --regid rebuilder --init-groups env -i HOME=/mnt/rebuilder PATH="$PATH" "$@"
}
# Lines of the document, from one that matches to one that does.
shown() { sed -n "/$1/,/$2/p" "$here/../../docs/rebuilders.md" | grep -v '^```'; }

# Three of them, each with a key of their own; here they share one machine, and what was built on it.
for name in 1 2 3; do
  mkdir -m 0700 "rebuilder/gnupg$name"
  chown rebuilder: "rebuilder/gnupg$name"
  of_rebuilder() { as_rebuilder GNUPGHOME="/mnt/rebuilder/gnupg$name" "$@"; }
  algorithm=ed25519
  [[ $name != 2 ]] || algorithm=rsa3072
  of_rebuilder gpg --batch --quiet --passphrase '' --quick-generate-key "rebuilder $name" "$algorithm" sign never
  key=$(of_rebuilder gpg --batch --with-colons --list-keys | awk -F: '/^fpr/ { print $10; exit }')
  check "rebuilder $name signs a link" of_rebuilder hallmark rebuild "$lock" --product rebuilder/figlet.json \
    --against "$www" --openpgp-key "$key" --output "rebuilder/links$name"
  echo "${key,,}" >>fingerprints
  of_rebuilder gpg --batch --export >>rebuilders.gpg
  of_rebuilder gpgconf --kill all
  mkdir -p "$www/rebuilders"
  cp -r "rebuilder/links$name" "$www/rebuilders/$name"
done
refused 2 'fingerprint' 'a key that is none' \
  as_rebuilder hallmark rebuild "$lock" --product rebuilder/figlet.json --openpgp-key --yes

client_create user apt-transport-in-toto
shown '^```python' '^```$' >user/layout.py
mkdir -m 0700 user/project user/etc/intoto/gnupg
in_project() { client_run user env GNUPGHOME=/project "$@"; }
cp rebuilders.gpg user/project
make_layout() {
  in_project gpg --batch --quiet --import /project/rebuilders.gpg
  in_project gpg --batch --quiet --passphrase '' --quick-generate-key project ed25519 sign never
  in_project gpg --batch --with-colons --list-secret-keys | awk -F: '/^fpr/ { print tolower($10); exit }' >project
  # shellcheck disable=SC2046  # one word for each
  in_project sh -c 'cd /etc/intoto && exec python3 /layout.py "$@"' sh "$(<project)" 2 $(<fingerprints)
}
check 'a layout that asks for two of three' make_layout
in_project gpg --batch --export "$(<project)" >project.gpg
cp project.gpg user/etc/intoto/gnupg/pubring.gpg
rm -r user/project user/layout.py

host_start host
url=$(host_setting host url)
shown '^APT::Intoto' '^};' |
  sed "s|https://rebuilder-\\([123]\\).example|$url/rebuilders/\\1|g; s|0123456789abcdef.*\"|$(<project)\"|" >user/etc/apt/apt.conf.d/intoto
client_trust user "intoto${url#http}" stable main terminal/public/archive-keyring.asc
check 'apt-get update by intoto://' client_apt user update --error-on=any
metadata=sources/figlet/$figlet/metadata

# install: from nothing, without what an earlier try has downloaded.
install() {
  client_run user dpkg --purge figlet
  client_apt user clean
  client_apt user install --yes figlet
}
# hide NAME..., show NAME...: those rebuilders' links.
hide() { for name; do mv "$www/rebuilders/$name/$metadata" "$www/rebuilders/$name/$metadata.away"; done; }
show() { for name; do mv "$www/rebuilders/$name/$metadata.away" "$www/rebuilders/$name/$metadata"; done; }

check 'three of three attested it: installed' install
grep -q 'passed' said.txt || fail 'apt-transport-in-toto did not say that it checked'
hide 3
check 'two of three attested it: installed' install
hide 2
refused 100 "requires '2' link metadata file" 'one of three attested it' install
hide 1
refused 100 "requires '2' link metadata file" 'nobody attested it' install
show 1 2 3

# A link that says something else, and one whose signature is another's.
sed -i 's/"sha256":"./"sha256":"0/' "$www/rebuilders/3/$metadata"
check 'a forged link counts for nothing: two of three are left' install
cp "$www/rebuilders/1/$metadata" "$www/rebuilders/2/$metadata"
refused 100 "requires" 'one link, served by two' install
for name in 2 3; do cp "rebuilder/links$name/$metadata" "$www/rebuilders/$name/$metadata"; done

# Two that agree, and one whose key signed something else.
dissent() {
  cp -r rebuilder/gnupg3 user/gnupg3
  cp "$www/rebuilders/3/$metadata" user/link
  client_run user env GNUPGHOME=/gnupg3 python3 - <<'END'
import json
from in_toto.models.link import Link
from in_toto.models.metadata import Metablock
signed = json.load(open("/link"))["signed"]
for product in signed["products"].values():
    product["sha256"] = "0" * 64
block = Metablock(signed=Link.read(signed))
block.sign_gpg()
block.dump("/link")
END
  rm -r user/gnupg3
  mv user/link "$www/rebuilders/3/$metadata"
}
check 'the third says something else' dissent
refused 100 'have different artifacts' 'two of three agree, and one does not' install
cp "rebuilder/links3/$metadata" "$www/rebuilders/3/$metadata"
check 'three that agree again' install

# The terminal, or whoever has its keys, offers what no rebuilder got.
dpkg-deb --raw-extract "$www/pool/main/f/figlet/figlet_${figlet}_amd64.deb" changed
printf '\n' >>changed/usr/share/doc/figlet/copyright
mkdir "$www/evil"
dpkg-deb --root-owner-group --build changed "$www/evil/figlet_${figlet}_amd64.deb" >/dev/null
(cd "$www/evil" && apt-ftparchive packages . >Packages)
rm user/etc/apt/sources.list.d/hallmark.sources
echo "deb [trusted=yes] intoto${url#http}/evil ./" >user/etc/apt/sources.list.d/evil.list
check 'apt-get update from whoever has the keys' client_apt user update
refused 100 'DISALLOW' 'a package that two of three did not get' install
client_run user dpkg --status figlet 2>/dev/null | grep -q 'ok installed' && fail 'it is installed'

# And with the configuration that the package brings, it would be installed where nobody attested it.
hide 1 2 3
sed -i 's/"false"/"true"/' user/etc/apt/apt.conf.d/intoto
check 'with NoFail "true" it is installed' install
