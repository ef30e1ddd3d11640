# Changelogs: what stock apt shows of a package before anybody installs it, from beside the pool of the package host.

"$tools/terminal_with_packages" "$HALLMARK_BIN" "$PWD"
root=$HALLMARK_ROOT
tree=$root/push/tree www=host/srv/hallmark/www
package_host "$root"
check 'what was accepted' hallmark repo include stable debs
check 'composed' hallmark repo compose stable
[[ ! -e $tree/changelogs ]] || fail 'changelogs that no policy asks for'
template="$(<url)/changelogs/@CHANGEPATH@_changelog"
one_person_imports "(.suites[] | select(.name == \"stable\")).changelogs = \"$template\""

# documented VERSION SOURCE: the package tool with a changelog, which is left in changelog-VERSION.
documented() {
  local folder=tool/usr/share/doc/tool
  rm -rf tool
  mkdir -p "$folder"
  printf 'tool (%s) stable; urgency=medium\n\n  * \xe9\xff \x1b[31mred\x1b[0m.\n\n -- nobody <nobody@example.org>  %s\n' \
    "$1" 'Mon, 01 Jan 2024 00:00:00 +0000' >"changelog-$1"
  gzip -9n <"changelog-$1" >"$folder/changelog.Debian.gz"
  make_deb tool "$1"
  sed -i "s/^Version/Source: $2\n&/" tool/DEBIAN/control
  dpkg-deb --build --root-owner-group tool "tool_$1_all.deb" >/dev/null
}
import() { hallmark import tool "$1" stable "tool_$1_all.deb" --key "$root/demo/approvers/alice"; }

documented 2:1.5-1 libtool-extras
check 'a package with a changelog is imported' import 2:1.5-1
path=changelogs/main/libt/libtool-extras/libtool-extras_1.5-1_changelog
check 'its changelog is composed' cmp changelog-2:1.5-1 "$tree/$path"
check 'Release says where they are' grep -qxF "Changelogs: $template" "$tree/dists/stable/Release"
check 'hallmark publish' hallmark publish
check 'and served' cmp changelog-2:1.5-1 "$www/$path"
served_is_signed

# apt of this machine, with a folder of its own as everything that apt knows.
mkdir -p apt/etc/apt/{apt.conf.d,preferences.d,sources.list.d} apt/var/lib/apt/lists/partial apt/var/cache/apt/archives/partial
cat >apt/apt.conf <<END
Dir "$PWD/apt"; Dir::State::status "/dev/null"; APT::Architecture "amd64"; APT::Architectures "amd64"; APT::Sandbox::User "root";
Acquire::Check-Date "true"; Acquire::Check-Valid-Until "true";
END
client_trust apt "$(<url)" stable main "$root/public/archive-keyring.asc"
of_apt() { TMPDIR=$PWD APT_CONFIG=$PWD/apt/apt.conf apt-get "$@"; }
check 'apt-get update' of_apt update --error-on=any
check 'apt asks for it there' test "'$(<url)/$path'" = "$(of_apt changelog tool --print-uris | cut -d' ' -f1)"
check 'apt-get changelog' of_apt changelog --download-only tool
check 'shows what the package has, byte for byte' cmp changelog-2:1.5-1 libtool-extras.changelog
refused 100 'Changelog unavailable for other=2\.0' 'of a package without one' of_apt changelog other

# They go with the last package of their source, here at once and from the host as what expired.
documented 2:1.6-1 tool
check 'the next version' import 2:1.6-1
check 'both are there' test 2 = "$(find "$tree/changelogs" -name '*_changelog' | wc -l)"
check 'tool 2:1.5-1 is called back' hallmark withdraw tool 2:1.5-1 --key "$root/demo/approvers/alice"
check 'with its changelog' test "$tree/changelogs/main/t/tool/tool_1.6-1_changelog" = \
  "$(find "$tree/changelogs" -name '*_changelog')"
check 'hallmark publish, again' hallmark publish
check 'apt-get update, again' of_apt update --error-on=any
check 'apt-get changelog of the next version' of_apt changelog --download-only tool
check 'shows its own' cmp changelog-2:1.6-1 tool.changelog
check 'hallmark repo check --deep' hallmark repo check --deep
