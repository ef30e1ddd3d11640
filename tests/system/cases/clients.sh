# What users are given: with the files that a publish puts at the root of a host, and nothing else, a stock apt trusts the
# repository; and the package with the keys is made alike by everybody, released like any other, and installed by apt.

"$tools/terminal_with_packages" "$HALLMARK_BIN" "$PWD"
root=$HALLMARK_ROOT
package_host "$root"
address=$(<url)
clients="{name: \"example-2.0\", address: \"$address\", contact: \"Example Project <packages@example.org>\"}"

refused 4 'has no "clients"' 'a keyring package without a name' hallmark repo keyring 1
refused 1 'must be NAME <USER@HOST>' 'a contact that is none' change_policy_for_imports ".clients = $clients + {contact: \"nobody\"}"
one_person_imports ".clients = $clients"

refused 2 'is no Debian version' 'a version that is none' hallmark repo keyring ../1
mkdir -m 0700 other-keys
mkdir first second
(umask 077 && hallmark repo keyring 2026.1 --unattended-upgrades -o first)
check 'the package is made' hallmark repo keyring 2026.1 --unattended-upgrades -o second
deb=example-2.0-archive-keyring_2026.1_all.deb
check 'the same again' cmp "first/$deb" "second/$deb"
dpkg-deb -x "first/$deb" unpacked
check 'it has the keys' cmp unpacked/usr/share/keyrings/example-2.0-archive-keyring.asc "$root/public/archive-keyring.asc"
check 'what it lets take is of this origin' grep -F "origin=$(jq -r .origin "$root/policy.json")" -r unpacked/etc/apt/apt.conf.d
check 'and nothing more' test 2 = "$(find unpacked -type f | wc -l)"

check 'what was accepted' hallmark repo include stable debs
jq '(.. | select(. == "tool")) = "example-2.0-archive-keyring"' "$root/releases/products/tool.json" >keyring.json
cp keyring.json "$root/releases/products/example-2.0-archive-keyring.json"
check 'it is released' hallmark import example-2.0-archive-keyring 2026.1 stable "first/$deb" --key "$root/demo/approvers/alice"
check 'all is published' hallmark publish

mkdir -p apt/{etc/apt/sources.list.d,lists/partial,archives/partial}
(cd apt/etc/apt/sources.list.d && curl -fsSLO "$address/example-2.0.sources")
apt_options=(-o "Dir::Etc=$PWD/apt/etc/apt" -o "Dir::State::lists=$PWD/apt/lists" -o "Dir::Cache=$PWD/apt"
  -o Dir::State::status=/dev/null -o APT::Sandbox::User=root)
apt_of_user() { apt-get -q "${apt_options[@]}" "$@"; }
check 'apt trusts it by its .sources file alone' apt_of_user update --error-on=any
check 'and gets the package' apt_of_user download example-2.0-archive-keyring
check 'which is the one' cmp "$deb" "first/$deb"
# As the page says: the keys of the very file, and the package's in their place.
from_page() { sed -n "/<code>$1/,/<\\/code>/p" page.html | sed 's/<[^>]*>//g; s/&gt;/>/g; s/&lt;/</g; s/&amp;/\&/g; s/&quot;/"/g'; }
curl -fsS "$address/" -o page.html
from_page curl | grep -v '^curl' >show_keys
fingerprint=$(jq -r '.suites[0].keys[0]' "$root/policy.json")
check 'the page has the fingerprint' grep -F "$(sed 's/..../& /g; s/ $//' <<<"$fingerprint")" page.html
check "and says how to see the file's" bash -c "cd apt/etc/apt/sources.list.d && bash ../../../../show_keys | tr -d ' ' | grep -F $fingerprint"
sed -i '/^Signed-By:/,$d' apt/etc/apt/sources.list.d/example-2.0.sources
from_page Signed-By | sed "s|/usr|$PWD/unpacked/usr|" >>apt/etc/apt/sources.list.d/example-2.0.sources
check "with the package's keys in their place apt trusts it, too" apt_of_user update --error-on=any
mkdir apt/etc/apt/{preferences.d,apt.conf.d}
from_page Package >"apt/etc/apt/preferences.d/$(sed -n 's|.*/preferences.d/\([^<]*\)<.*|\1|p' page.html)"
check 'pinned as it says, what is from there is not what apt prefers' \
  grep -E "^ +100 $address" <(apt-cache "${apt_options[@]}" policy tool)
gpg --batch --quiet --homedir "$PWD/other-keys" --passphrase '' --quick-generate-key other ed25519 2>/dev/null
gpgconf --homedir "$PWD/other-keys" --kill gpg-agent
gpg --batch --homedir "$PWD/other-keys" --export --armor >unpacked/usr/share/keyrings/example-2.0-archive-keyring.asc
rm -r apt/lists && mkdir -p apt/lists/partial
refused 100 'NO_PUBKEY' 'another key' apt_of_user update --error-on=any

check 'the keys are beside it' curl -fsS "$address/example-2.0-archive-keyring.asc" -o served.asc
check 'as gpg shows them' bash -c "gpg --show-keys served.asc 2>/dev/null | tr -d ' ' | grep -F $fingerprint"
hallmark publish --json >again.json 2>/dev/null
check 'the same again uploads nothing' jq -e '.uploaded == 0' again.json
sed -i 's/Components: main/Components: evil/' host/srv/hallmark/www/example-2.0.sources
refused 3 'example-2.0.sources' 'a file for users that was changed on the host' hallmark publish
