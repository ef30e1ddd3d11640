# Another tool's repository, taken over: one of reprepro with two suites, one of aptly, one that is plain files, made
# with apt-ftparchive. What apt would take from them is what it takes from ours afterwards.

mkdir -m 0700 gnupg
export GNUPGHOME=/mnt/gnupg
gpg --batch --quiet --passphrase '' --quick-generate-key 'The old archive' rsa3072 sign never
gpg --batch --export --armor >old-key.asc
gpg --batch --quiet --passphrase '' --quick-generate-key 'Somebody else' rsa3072 sign never
gpg --batch --export --armor 'Somebody else' >stranger.asc
fingerprint=$(gpg --batch --with-colons --list-keys 'The old archive' | awk -F: '/^fpr/ { print $10; exit }')

# deb NAME VERSION ARCHITECTURE [TEXT]
deb() {
  mkdir -p "tree/DEBIAN" tree/usr/share/doc/x made
  printf 'Package: %s\nVersion: %s\nArchitecture: %s\nSection: utils\nPriority: optional\nMaintainer: nobody <nobody@example.org>\nDescription: test\n' \
    "$1" "$2" "$3" >tree/DEBIAN/control
  echo "${4:-$1}" >tree/usr/share/doc/x/text
  dpkg-deb --build --root-owner-group tree "made/$1_${2#*:}_$3.deb" >/dev/null
  rm -r tree
}

deb one 1:1.0-1 amd64
deb every 2.0 all
deb one 1:1.1-1 amd64
mkdir -p reprepro/conf
for suite in stable testing; do
  printf 'Origin: Old\nLabel: Old\nSuite: %s\nCodename: %s\nComponents: main\nArchitectures: amd64\nSignWith: %s\n\n' \
    "$suite" "$suite" "$fingerprint"
done >reprepro/conf/distributions
reprepro --silent -b reprepro includedeb stable made/one_1.0-1_amd64.deb
reprepro --silent -b reprepro includedeb stable made/every_2.0_all.deb
reprepro --silent -b reprepro includedeb testing made/one_1.1-1_amd64.deb
reprepro --silent -b reprepro includedeb testing made/every_2.0_all.deb

root=$HALLMARK_ROOT
check 'a terminal' hallmark init --demo --suite stable
take_prebuilt() {
  jq '.evidence = "prebuilt" | .suites += [.suites[0] | .name = "testing" | .codename = "testing"]' \
    <(hallmark policy show) >new.json
  hallmark policy propose new.json
  for person in alice bob; do hallmark policy approve --key "$root/demo/approvers/$person"; done
  hallmark policy change
}
check 'a policy with both suites' take_prebuilt
rm -rf "$root/releases/products/archive.json"

# take PRODUCT VERSION TREE ARGUMENT...
take() { hallmark repo import "$3" "$1" "$2" --keyring old-key.asc "${@:4}"; }
archive() { take archive 1 reprepro "$@"; }
packages() { grep -hE '^(Package|Version):' "$root/push/tree/dists/$1/main/binary-amd64/Packages" | cut -d' ' -f2 | xargs; }

refused 3 'not signed by|no public key|signed by' 'another key' hallmark repo import reprepro archive 1 --keyring stranger.asc
refused 4 'is no suite of the policy' 'a suite that is not ours' archive --suite stable=unstable
refused 1 'No such file' 'a suite that is not theirs' archive --suite unstable=stable
refused 2 'is none of the packages' 'a misspelt package to leave out' archive --without stable/one_9_amd64
cp -r reprepro changed
printf 'x' >>changed/pool/main/o/one/one_1.0-1_amd64.deb
refused 3 'one_1.0-1_amd64.deb: is not what the signed index names' 'a package that is another' take archive 1 changed
cp -r reprepro changed2
echo >>changed2/dists/stable/main/binary-amd64/Packages.gz
echo >>changed2/dists/stable/main/binary-amd64/Packages
refused 3 'not what the signed Release names' 'an index that is another' take archive 1 changed2
rm changed2/dists/stable/main/binary-amd64/Packages*
refused 3 'is gone' 'an index that is missing' take archive 1 changed2
cp -r reprepro swapped
cp -r swapped/dists/testing/. swapped/dists/stable
refused 3 "is that of suite 'testing'" "another suite's Release" take archive 1 swapped
[[ ! -e $root/releases/imports/archive ]] || fail 'something was written'

for person in alice bob; do check "$person approves" archive --approve-only --key "$root/demo/approvers/$person"; done
grep -q '^stable: signed on ' said.txt || fail 'its date is not said'
grep -q "Origin was 'Old' and will be" said.txt || fail 'what apt will ask is not said'
check 'hallmark repo import' archive
check 'stable has what it had' test 'every 2.0 one 1:1.0-1' = "$(packages stable)"
check 'so has testing' test 'every 2.0 one 1:1.1-1' = "$(packages testing)"
check 'it is signed' grep -q 'BEGIN PGP SIGNATURE' "$root/push/tree/dists/testing/InRelease"
check 'the bytes are the same' cmp made/one_1.1-1_amd64.deb "$root/push/tree/pool/main/o/one/one_1.1-1_amd64.deb"
check 'the same again changes nothing' archive

# Before ours takes its place: what would change for clients.
in_its_shadow() { hallmark repo diff --tree "$1" --keyring old-key.asc stable stable "${@:2}"; }
in_its_shadow reprepro --json >shadow.json
check 'hallmark repo diff --tree finds the same packages' \
  jq -e '[.only_there, .only_here, .other_versions, .other_fields] | map(length) | add == 0' shadow.json
in_its_shadow reprepro >shadow.txt
check 'and another Origin' grep -qF "~ Release: Origin: 'Old' there, 'Hallmark demo (throwaway)' here" shadow.txt
deb one 1:1.2-1 amd64
cp -r reprepro later
reprepro --silent -b later includedeb stable made/one_1.2-1_amd64.deb
check 'a later one there' in_its_shadow later
cp said.txt later.txt
check 'is said' grep -qF '! one amd64 1:1.2-1 -> 1:1.0-1' later.txt
refused 3 'no good signature' 'a tree that another key signed' \
  hallmark repo diff --tree reprepro --keyring stranger.asc stable stable

# A repository without InRelease, with two versions of a package, and one name with other bytes in another suite.
mkdir -p plain/pool/a plain/pool/b
deb two 1.0 amd64 && cp made/two_1.0_amd64.deb plain/pool/a
deb two 1.9 amd64 && cp made/two_1.9_amd64.deb plain/pool/a
deb two 1.10 amd64 && cp made/two_1.10_amd64.deb plain/pool/a
deb two 1.10 amd64 other && cp made/two_1.10_amd64.deb plain/pool/b
plain_suite() {
  mkdir -p "plain/dists/$1/main/binary-amd64"
  (cd plain && apt-ftparchive packages "pool/$2" | xz >"dists/$1/main/binary-amd64/Packages.xz")
  apt-ftparchive release "plain/dists/$1" >Release
  mv Release "plain/dists/$1"
  gpg --batch --quiet --yes --local-user "$fingerprint" --armor --detach-sign --output "plain/dists/$1/Release.gpg" \
    "plain/dists/$1/Release"
}
plain_suite old a
plain_suite new b
both() { take plain 1 plain --suite old=stable --suite new=testing/main "$@"; }
refused 3 'two_1.10_amd64: in old sha256' 'other bytes under one version' both
check 'without one of them' both --without new/two_1.10_amd64 --approve-only --key "$root/demo/approvers/alice"
grep -q 'left behind: 2 package' said.txt || fail 'the older versions are not counted'
check "bob's approval" both --without new/two_1.10_amd64 --approve-only --key "$root/demo/approvers/bob"
check 'is imported' both --without new/two_1.10_amd64
check 'the newest version alone' test 'every 2.0 one 1:1.0-1 two 1.10' = "$(packages stable)"
deb four 4.0 armhf && mkdir -p plain/pool/c && cp made/four_4.0_armhf.deb plain/pool/c
plain_suite arm c
refused 4 'has no architecture armhf' 'an architecture that the policy lacks' take arm 1 plain --suite arm=stable
(
  cd plain && apt-ftparchive packages pool/c | sed 's/^Package: four/Package: ..\/four/' | xz >dists/arm/main/binary-amd64/Packages.xz
)
apt-ftparchive release plain/dists/arm | gpg --batch --quiet --yes --local-user "$fingerprint" --clearsign --output plain/dists/arm/InRelease
refused 3 'no valid name' 'a package that is no package' take arm 1 plain --suite arm=stable
cp -r plain unsigned
rm unsigned/dists/old/Release.gpg
refused 3 'is not signed' 'a Release without its signature' take unsigned 1 unsigned --suite old=stable
sed -i 's/^Date: .*/Date: Thu, 01 Jan 2026 00:00:00 UTC/' plain/dists/old/Release
refused 3 'signature' 'a Release that was edited' take edited 1 plain --suite old=stable

# aptly, which publishes below a folder of its own choice, and may do so by links.
printf '{"rootDir": "/mnt/aptly", "gpgProvider": "gpg"}\n' >aptly.conf
aptly() { command aptly -config=/mnt/aptly.conf "$@"; }
aptly_repository() {
  deb three 3.0 amd64
  aptly repo create -distribution=stable -component=main three
  aptly repo add three made/three_3.0_amd64.deb
  aptly publish repo -batch -architectures=amd64 -gpg-key="$fingerprint" three
}
check 'aptly publishes' aptly_repository
for person in alice bob; do
  check "$person approves" take three 1 aptly/public --approve-only --key "$root/demo/approvers/$person"
done
check 'its packages come too' take three 1 aptly/public
check 'beside the others' test 'every 2.0 one 1:1.0-1 three 3.0 two 1.10' = "$(packages stable)"
