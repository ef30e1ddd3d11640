# Contents: which package has which file, through the eyes of apt and apt-file, and beside what apt-ftparchive writes.

# package NAME VERSION ARCHITECTURE SECTION PATH...: a package with these files, one of them a link, in debs/.
package() {
  local folder=build/$1 path
  rm -rf "$folder"
  mkdir -p "$folder/DEBIAN" debs
  for path in "${@:5}"; do
    mkdir -p "$folder/$(dirname "$path")"
    echo x >"$folder/$path"
  done
  ln -s somewhere "$folder/${5%/*}/link-of-$1"
  printf 'Package: %s\nVersion: %s\nArchitecture: %s\nSection: %s\nMaintainer: nobody <nobody@example.org>\nDescription: test\n' \
    "$1" "$2" "$3" "$4" >"$folder/DEBIAN/control"
  dpkg-deb --build --root-owner-group "$folder" "debs/$1_$2_$3.deb" >/dev/null
}

"$tools/terminal_with_packages" "$HALLMARK_BIN" "$PWD" --contents
root=$HALLMARK_ROOT
tree=$root/push/tree
contents=$tree/dists/stable/main/Contents-amd64.gz

check 'the accepted packages' hallmark repo include stable debs
sign_stable() { hallmark withdraw other 2.0 --key "$root/demo/approvers/carol"; }
check 'composed' hallmark repo compose stable
check 'Contents has the path of both' test "$(printf 'usr/bin/%s\t%s\n' other other tool tool)" = "$(gzip -dc "$contents")"
check 'one is called back, and the suite is signed' sign_stable
check 'Contents has the path of one' test "$(printf 'usr/bin/tool\ttool')" = "$(gzip -dc "$contents")"
check 'Release lists what apt will decompress' grep -q " $(gzip -dc "$contents" | sha256sum | cut -d' ' -f1) .* main/Contents-amd64\$" \
  "$tree/dists/stable/Release"
check 'and what is served' grep -q " $(sha256sum <"$contents" | cut -d' ' -f1) .* main/Contents-amd64.gz\$" \
  "$tree/dists/stable/Release"

# apt-file of this machine, with a folder of its own as everything that apt knows.
mkdir -p apt/etc/apt/{apt.conf.d,sources.list.d} apt/var/lib/apt/lists/partial apt/var/cache/apt/archives/partial
cp /etc/apt/apt.conf.d/50apt-file.conf apt/etc/apt/apt.conf.d
cat >apt/apt.conf <<END
Dir "$PWD/apt"; Dir::State::status "/dev/null"; APT::Architecture "amd64"; APT::Architectures "amd64"; APT::Sandbox::User "root";
Acquire::Check-Date "true"; Acquire::Check-Valid-Until "true";
END
client_trust apt "file:$tree" stable main "$root/public/archive-keyring.asc"
sed -i 's/^Types:.*/Types: deb/' apt/etc/apt/sources.list.d/hallmark.sources
of_apt() { APT_CONFIG=$PWD/apt/apt.conf "$@"; }
check 'apt-get update, with Contents' of_apt apt-get update --error-on=any
check 'apt-file finds a file' test 'tool: /usr/bin/tool' = "$(of_apt apt-file search bin/tool)"
check 'apt-file lists a package' test 'tool: /usr/bin/tool' = "$(of_apt apt-file list tool)"

# The same paths and packages as apt-ftparchive, of a pool with more in it, which nobody has to sign.
rm -rf debs
package alpha 1.0 amd64 utils usr/bin/alpha 'usr/share/doc/alpha/a file' etc/shared
package beta 1.0 all contrib/net usr/share/beta/data etc/shared
package gamma 1:2.0-3 amd64 libs usr/lib/x86_64-linux-gnu/libgamma.so.2 "usr/share/$(printf 'n%.0s' {1..120})/file"
package delta 1.0 amd64 doc usr/share/ünïcode
check 'more packages' hallmark repo include stable debs
check 'composed again' hallmark repo compose stable
# One line for each path and package, without what stands between them and without sections, which theirs lacks.
pairs() { sed -E 's/[[:space:]]+([^[:space:]]+)$/\t\1/' | awk -F '\t' '{ n = split($2, names, ","); for (i = 1; i <= n; i++) { sub(/.*\//, "", names[i]); print $1 "\t" names[i] } }' | sort; }
gzip -dc "$contents" | pairs >ours
(cd "$tree" && apt-ftparchive -qq -a amd64 contents pool) | pairs >theirs
check 'apt-ftparchive says the same' cmp ours theirs
grep -c . ours | xargs test 13 = || { cat ours; fail 'thirteen pairs'; }
LC_ALL=C sort -c <(gzip -dc "$contents" | cut -f1) || fail 'the order of the paths'
refused 4 'was never accepted' 'which nobody signs' \
  hallmark withdraw tool 1.0 --key "$root/demo/approvers/carol"
