# A suite like another: proposed, approved by people, in force, and the same packages in it, for stock gpgv to verify.

"$tools/terminal_with_packages" "$HALLMARK_BIN" "$PWD"
root=$HALLMARK_ROOT
key() { echo "$root/demo/approvers/$1"; }
check 'a suite with a package' hallmark repo include stable debs
cp -r "$root/releases/products" products-before

refused 4 'oldstable' 'a suite like none' hallmark suite add next --like oldstable
refused 4 'testing' 'a suite that is there' hallmark suite add testing --like stable
refused 2 '../next' 'a name that leads elsewhere' hallmark suite add ../next --like stable
refused 2 'like' 'a suite like what' hallmark suite add next
refused 2 'a b' 'an environment of no suite' hallmark suite add next --like stable --environment 'a b'
check 'of refusals nothing is left' test ! -e "$root/releases/policy" -a ! -e "$root/releases/drafts"

check 'a suite like stable' hallmark suite add next --like stable --codename trixie --environment trixie
cp said.txt words.txt
check 'it is told what to do with the drafts' grep -q 'drafts/next/tool.json$' words.txt
check 'and what they lack' grep -q 'tool.json needs a "version_suffix"' words.txt
check 'the draft has its target' jq -e '.targets[-1] == (.targets[0] | .suite = "next" | .environment = "e-trixie")' \
  "$root/releases/drafts/next/tool.json"
check 'and its environment' jq -e '.environments[-1] | .name == "e-trixie" and .suite == "trixie"' \
  "$root/releases/drafts/next/tool.json"
check 'the products stay as they are' diff -r products-before "$root/releases/products"
check 'a suite, and nothing else' grep -q '^+ .*next' <(hallmark policy diff)
refused 4 'rule: approved-by-enough-people' 'a suite that nobody approved' hallmark policy change
for person in alice bob; do check "$person's approval" hallmark policy approve --key "$(key "$person")"; done
check 'the suite is in force' hallmark policy change
check 'the keys are those of the other' jq -e '(.suites[] | select(.name == "next") | .keys) == .suites[0].keys' \
  <(hallmark policy show)

for person in alice bob; do
  check "$person's approval" hallmark promote tool 1.0 stable next --approve-only --key "$(key "$person")"
done
check 'the same package in it' hallmark promote tool 1.0 stable next
release=$root/push/tree/dists/next/InRelease
check 'under its codename' grep -qx 'Codename: trixie' "$release"
gpg --batch --quiet --dearmor <"$root/public/archive-keyring.asc" >archive.gpg
check 'signed by the same key' gpgv --keyring "$PWD/archive.gpg" "$release"
