# The F-Droid repository beside the apt one: what fdroidserver verifies and reads there is what was signed, with the
# texts of the product's folder; a release that is called back leaves it.

package=$(sed -n "s/^PACKAGE = '\([^']*\)'.*/\1/p" "$tools/apk_lab/manifest.py")
host_create host
host_start host
check 'a terminal with a key for the repository' \
  terminal_create host --apk-key "app:signs=$package" --apk-key repo
address=$(host_setting host url)/apk
www=host/srv/hallmark/www
mkdir -p terminal/releases/products/app/metadata/{de,en-US/{changelogs,images}}

# change_policy FILTER: what jq makes of the policy in force, by approval.
change_policy() {
  local person
  jq --arg address "$address" "$1" <(hallmark policy show) >new.json
  hallmark policy propose new.json
  for person in alice bob; do hallmark policy approve --key "$HALLMARK_ROOT/demo/approvers/$person"; done
  hallmark policy change
}
fdroid='{name: "Demo apps", description: "Of a test & more", address: $address, mirrors: ["https://mirror.example.org/apk"]}'
refused 1 'signs no application' "the apps' own key" change_policy ".fdroid = $fdroid + {key: \"app\"}"
check 'the policy gets a repository' change_policy ".fdroid = $fdroid + {key: \"repo\"}"

metadata=terminal/releases/products/app/metadata
echo '{"license": "Apache-2.0", "categories": ["System"], "sourceCode": "https://example.org/src",
  "antiFeatures": {"NonFreeNet": "It asks a server."}}' >"$metadata/app.json"
echo 'Hello' >"$metadata/en-US/title.txt"
echo 'Says hello' >"$metadata/en-US/short_description.txt"
echo 'Sagt hallo' >"$metadata/de/short_description.txt"
echo 'The second one' >"$metadata/en-US/changelogs/2.txt"
qrencode -t PNG -o "$metadata/en-US/images/icon.png" hello

release() {
  "$tools/built_app" "$HALLMARK_BIN" "$HALLMARK_ROOT" "$@"
  hallmark accept app "$1"
  hallmark sign app "$1"
  hallmark compose app "$1"
  hallmark publish
}
fingerprint=$(sha256sum <terminal/public/apk-repo.der | cut -d' ' -f1)
read_index() { "$tools/fdroid_client" "$address?fingerprint=$fingerprint" >index.json; }
# says FILTER...: what jq makes of the index is true.
says() { jq -e --arg package "$package" --arg address "$address" "$@" index.json; }

check 'version 1.0 is released' release 1.0 1
check 'fdroidserver verifies the index' read_index
check 'and reads the repository' says '.repo.name["en-US"] == "Demo apps" and .repo.address == $address'
check 'the texts' says '.packages[$package].metadata | .name["en-US"] == "Hello" and .summary.de == "Sagt hallo"
  and .license == "Apache-2.0" and .categories == ["System"]'
check 'the names of what apps are in, and have' says '.repo.categories.System and .repo.antiFeatures.NonFreeNet'
check 'the version' says --arg sha256 "$(sha256sum <"$www/apk/${package}_1.0.apk" | cut -d' ' -f1)" \
  --arg signer "$(sha256sum <terminal/public/apk-app.der | cut -d' ' -f1)" \
  '.packages[$package].versions[$sha256] | .manifest.versionCode == 1 and .file.name == "/" + $package + "_1.0.apk"
   and .file.sha256 == $sha256 and .manifest.signer.sha256 == [$signer] and .antiFeatures.NonFreeNet'
icon=$(jq -r --arg package "$package" '.packages[$package].metadata.icon["en-US"].name' index.json)
curl -fsS -o icon.png "$address$icon"
check 'the icon' cmp icon.png "$metadata/en-US/images/icon.png"
refused 1 'does not verify' 'another fingerprint' "$tools/fdroid_client" "$address?fingerprint=${fingerprint//[0-4]/5}"
check 'the page' curl -fsS -o page.html "$address/"
check 'shows the fingerprint' grep -i "fingerprint=$fingerprint" page.html
check 'and a picture of it' grep '<svg' page.html
check 'the same again changes nothing' hallmark compose app 1.0
check 'one index is in the log' test 1 = "$(grep -c '"kind":"fdroid-index"' terminal/sign/log/release.log)"

first=$(jq -r .index.name "$www/apk/entry.json")
check 'version 1.1 is released' release 1.1 2
check 'fdroidserver verifies it' read_index
check 'both versions are there' says '.packages[$package].versions | length == 2'
check 'and what is new' says '[.packages[$package].versions[] | select(.whatsNew["en-US"] == "The second one")] | length == 1'
check 'who has read the entry before still finds its index' curl -fsS -o before.json "$address$first"
cp "$www$(jq -r '"/apk" + .index.name' "$www/apk/entry.json")" served.json
sed -i 's/Says hello/Says hullo/' "$www$(jq -r '"/apk" + .index.name' "$www/apk/entry.json")"
refused 1 'does not match entry' 'an index with another text' read_index
cp served.json "$www$(jq -r '"/apk" + .index.name' "$www/apk/entry.json")"

check 'version 1.1 is withdrawn' hallmark withdraw app 1.1 --key terminal/demo/approvers/alice
check 'and that is published' hallmark publish
check 'fdroidserver reads the index' read_index
check 'which has version 1.0 alone' says '[.packages[$package].versions[].manifest.versionCode] == [1]'

check 'a policy under which nothing is kept' change_policy '.expiry = {keep_generations: 1, keep_days: 0}'
sleep 1.1
check 'what no index names leaves the host' hallmark publish
trash=host/srv/hallmark/trash
for gone in "$first" "/${package}_1.1.apk"; do
  [[ ! -e $www/apk$gone && -e $trash/apk$gone ]] || fail "$gone is not in the trash"
done
refused 0 'removed' 'and the terminal' hallmark repo gc
check 'where nothing is missing' hallmark repo check --deep
check 'fdroidserver reads what is left' read_index
check 'which is the same' says '[.packages[$package].versions[].manifest.versionCode] == [1]'

rm "terminal/push/tree/apk/${package}_1.0.apk"
refused 1 'is not in the repository|is gone' 'an APK that got lost' hallmark compose app 1.0
