# What users are given: with the files that a publish puts at the root of a host, and nothing else, a stock apt trusts the
# repository; and the package with the keys is made alike by everybody, released like any other, and installed by apt.

"$tools/terminal_with_packages" "$HALLMARK_BIN" "$PWD"
root=$HALLMARK_ROOT
package_host "$root"
address=$(<url)
clients="{name: \"example\", address: \"$address\", contact: \"Example Project <packages@example.org>\"}"

refused 4 'has no "clients"' 'a keyring package without a name' hallmark repo keyring 1
refused 1 'must be NAME <USER@HOST>' 'a contact that is none' one_person_imports ".clients = $clients + {contact: \"nobody\"}"
one_person_imports ".clients = $clients"

refused 2 'is no Debian version' 'a version that is none' hallmark repo keyring ../1
mkdir first second
(umask 077 && hallmark repo keyring 2026.1 --unattended-upgrades -o first)
check 'the package is made' hallmark repo keyring 2026.1 --unattended-upgrades -o second
deb=example-archive-keyring_2026.1_all.deb
check 'the same again' cmp "first/$deb" "second/$deb"
dpkg-deb -x "first/$deb" unpacked
check 'it has the keys' cmp unpacked/usr/share/keyrings/example-archive-keyring.asc "$root/public/archive-keyring.asc"
check 'what it lets take is of this origin' grep -F "origin=$(jq -r .origin "$root/policy.json")" -r unpacked/etc/apt/apt.conf.d
check 'and nothing more' test 2 = "$(find unpacked -type f | wc -l)"

check 'what was accepted' hallmark repo include stable debs
jq '(.. | select(. == "tool")) = "example-archive-keyring"' "$root/releases/products/tool.json" >keyring.json
cp keyring.json "$root/releases/products/example-archive-keyring.json"
check 'it is released' hallmark import example-archive-keyring 2026.1 stable "first/$deb" --key "$root/demo/approvers/alice"
check 'all is published' hallmark publish

mkdir -p apt/{etc/apt/sources.list.d,lists/partial,archives/partial}
(cd apt/etc/apt/sources.list.d && curl -fsSLO "$address/example.sources")
apt_of_user() {
  apt-get -q -o "Dir::Etc=$PWD/apt/etc/apt" -o "Dir::State::lists=$PWD/apt/lists" -o "Dir::Cache=$PWD/apt" \
    -o Dir::State::status=/dev/null -o APT::Sandbox::User=root "$@"
}
check 'apt trusts it by its .sources file alone' apt_of_user update --error-on=any
check 'and gets the package' apt_of_user download example-archive-keyring
check 'which is the one' cmp "$deb" "first/$deb"
sed 's/^ \([A-Za-z0-9+/]\{20\}\)./ \1x/' -i apt/etc/apt/sources.list.d/example.sources
rm -r apt/lists && mkdir -p apt/lists/partial
refused 100 'not signed|NO_PUBKEY|public key' 'a .sources file with another key' apt_of_user update --error-on=any

curl -fsS "$address/" -o page.html
fingerprint=$(jq -r '.suites[0].keys[0]' "$root/policy.json")
check 'the page has the fingerprint' grep -F "$(sed 's/..../& /g; s/ $//' <<<"$fingerprint")" page.html
check 'the keys are beside it' curl -fsS "$address/example-archive-keyring.asc" -o served.asc
check 'as gpg shows them' bash -c "gpg --show-keys served.asc 2>/dev/null | tr -d ' ' | grep -F $fingerprint"
hallmark publish --json >again.json 2>/dev/null
check 'the same again uploads nothing' jq -e '.uploaded == 0' again.json
