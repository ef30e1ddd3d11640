# Before anything is signed, stock apt installs a release's packages, upgrades to them and removes them, in a sealed
# sandbox; the product's smoke script runs. Packages that do not pass stop the release. And `release --dry-run`, by an
# ordinary user with a clone. No network.

# shellcheck disable=SC2154  # run-case sets $here
. "$here/own_archive.sh"

own_archive
own_sources "file:$PWD/archive" bookworm
ssh-keygen -q -t ed25519 -N '' -f author
# One date for all: so the versions share an environment.
tool_git() {
  env GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null GIT_COMMITTER_DATE=@1700000000 git -C upstream -c user.name=author \
    -c user.email=author@example.org -c gpg.format=ssh -c user.signingkey="$PWD/author" "$@"
}
mkdir -p upstream/debian
printf '#!/usr/bin/make -f\nclean build binary:\n\t[ $@ != binary ] || sh debian/pack\n' >upstream/debian/rules
chmod +x upstream/debian/rules
cat >upstream/debian/pack <<'PACK'
set -eu
for package in tool tool-data; do
  root=debian/$package
  mkdir -p "$root/DEBIAN" "$root/usr/bin" "$root/usr/share/tool"
  if [ $package = tool ]; then
    printf '#!/bin/sh\ncat /usr/share/tool/words\n' >"$root/usr/bin/tool"
    chmod 755 "$root/usr/bin/tool"
    cp debian/tool.postinst "$root/DEBIAN/postinst"
    chmod 755 "$root/DEBIAN/postinst"
  else
    echo works >"$root/usr/share/tool/words"
  fi
  dpkg-gencontrol -p$package "-P$root"
  chmod -R u=rwX,go=rX "$root"
  dpkg-deb --build --root-owner-group "$root" ..
done
PACK

# tag_tool VERSION POSTINST DEPENDS
tag_tool() {
  printf 'tool (%s) stable; urgency=low\n\n  * It.\n\n -- author <author@example.org>  Mon, 01 Jan 2024 00:00:00 +0000\n' "$1" \
    >upstream/debian/changelog
  printf '#!/bin/sh\nset -e\n%s\n' "$2" >upstream/debian/tool.postinst
  cat >upstream/debian/control <<CONTROL
Source: tool
Maintainer: author <author@example.org>
Rules-Requires-Root: no

Package: tool
Architecture: all
Depends: $3
Description: It

Package: tool-data
Architecture: all
Description: Its words
CONTROL
  [[ -d upstream/.git ]] || tool_git init --quiet --initial-branch=main --template=
  tool_git add .
  tool_git commit --quiet --message="$1"
  tool_git tag --sign --message="$1" "v$1"
}
# It has users other than root, and what it depends on; no service is started.
tag_tool 1.0 'useradd --system tooluser && touch /var/lib/tool && chown tooluser: /var/lib/tool; ! /usr/sbin/policy-rc.d tool start' \
  'tool-data (= ${binary:Version}), libmagic1, libsuite'
tag_tool 1.1 'echo the database is not there >&2; exit 3' tool-data

cat >terminal/releases/products/tool.json <<END
{"format": "hallmark-product-v1", "name": "tool",
 "origin": {"kind": "git", "url": "$PWD/upstream", "tag": "v{version}", "signers": ["$(cut -d' ' -f1,2 author.pub)"]},
 "environments": [{"name": "bookworm", "suite": "bookworm", "packages": ["libmagic1"]}],
 "targets": [{"suite": "stable", "component": "main", "architecture": "amd64", "environment": "bookworm"}],
 "recipe": {"kind": "deb", "packages": ["tool", "tool-data"]},
 "check": {"minutes": 1, "smoke": [
   "tool | grep -qx works",
   "[ \$(stat -c %U /var/lib/tool) = tooluser ]",
   "[ ! -e /usr/bin/gcc ] || exit 7  # of the build environment, and no dependency",
   "if timeout 5 bash -c 'exec 3<>/dev/tcp/192.0.2.1/80'; then exit 8; fi",
   "[ \$(grep -c : /proc/net/dev) = 1 ]",
   "if mount -t tmpfs none /mnt || unshare --user true || chroot / true; then exit 8; fi",
   "[ ! -e /mnt/terminal ] && [ ! -w /hallmark/new ] && [ ! -w /hallmark/suite/pool ]",
   "case \$HALLMARK_VERSION,\$HALLMARK_AFTER,\$(grep -o ' upgrade tool:all 0.[0-9]* ' /var/log/dpkg.log) in",
   "'1.0,install,') ;;",
   "*' 0.3 ') printf '\\\\033[2Jthe words are wrong\\\\n'; exit 9 ;;",
   "*' 0.4 ') yes ;;",
   "*' 0.5 ') sleep 1000 ;;",
   "'1.0,upgrade, upgrade tool:all 0.6 ')",
   "  # Three users may have no more processes than one.",
   "  perl -e 'pipe R, W; for \$u (1..3) { push @users, \$p = fork; next if \$p; setpgrp; (\$<, \$>) = (\$u, \$u);",
   "    for (1..2000) { \$p = fork; exit if !defined \$p; if (!\$p) { sleep 100; exit } syswrite W, 1 } exit }",
   "    wait for @users; \$all = sysread R, \$x, 9000; kill -9, @users; exit(\$all >= 4096)' || exit 8 ;;",
   "*) exit 10 ;;",
   "esac"]}}
END
target=stable_main_amd64_bookworm

# built_tool VERSION: pinned, fetched, built.
built_tool() { check "tool $1 is built" make_tool "$1"; }
make_tool() {
  local verb
  for verb in pin fetch build; do hallmark "$verb" tool "$1"; done
}
# old_tool VERSION [CONTROL_FIELD]: a package in the making, in ./tool.
old_tool() {
  rm -rf tool
  mkdir -p tool/DEBIAN tool/usr/bin tool/usr/share/tool
  echo old >tool/usr/bin/tool
  printf 'Package: tool\nVersion: %s\nArchitecture: all\nMaintainer: nobody <nobody@example.org>\n%sDescription: It\n' \
    "$1" "${2:+$2$'\n'}" >tool/DEBIAN/control
}
# in_suite VERSION: it is made, and what users have now.
in_suite() {
  [[ -d tool ]] || old_tool "$1"
  dpkg-deb --build --root-owner-group tool "tool_$1_all.deb" >/dev/null
  rm -r tool
  check "the suite has tool $1" hallmark repo include stable "tool_$1_all.deb"
  check 'in its index' hallmark repo compose stable
}
out_of_suite() { check "and no longer $1" hallmark repo remove stable tool "$1"; }
says() { grep -Eq -- "$1" said.txt || { cat said.txt >&2; fail "it says: $1"; }; }

# The first release of it: there is nothing to upgrade from.
built_tool 1.0
refused 3 'Depends: libsuite but it is not installable' 'a dependency that there is not' hallmark check tool 1.0
says "check of tool 1.0 for $target: installing failed"
says 'hint: .*the product file may add to its packages'
make_deb libsuite 1.0
check 'the suite has that' hallmark repo include stable libsuite_1.0_all.deb
check 'and its index' hallmark repo compose stable
mount --bind /usr/bin/false /usr/bin/bwrap
refused 1 'install could not be run' 'a check that cannot be made' hallmark check tool 1.0
umount /usr/bin/bwrap
check 'packages that are good' hallmark check tool 1.0
says "$target: installed and removed: tool 1.0, tool-data 1.0"
log=$(find terminal/build/logs -path "*/$target/check-install.log" -newer author)
for text in 'Setting up libmagic1' 'the smoke script, after install' 'Removing tool-data'; do
  grep -q "$text" "$log" || { cat "$log" >&2; fail "its log has: $text"; }
done
hallmark --json check tool 1.0 2>/dev/null | jq --exit-status '.checked[0] | .again and (.upgraded | not)' >/dev/null ||
  fail 'what was checked is not checked again'

# What the suite has has a file that is in another package now: no Replaces.
old_tool 0.9
echo old >tool/usr/share/tool/words
in_suite 0.9
refused 3 "trying to overwrite '/usr/share/tool/words'" 'an upgrade that meets a file of another package' hallmark check tool 1.0
says "check of tool 1.0 for $target: upgrading failed"
out_of_suite 0.9

old_tool 0.8
printf '#!/bin/sh\necho "cannot stop for $1" >&2\n[ "$1" = remove ]\n' >tool/DEBIAN/prerm
chmod 755 tool/DEBIAN/prerm
in_suite 0.8
refused 3 'cannot stop for upgrade' 'an upgrade that the old version stops' hallmark check tool 1.0
out_of_suite 0.8

old_tool 0.7 'Depends: libgone'
in_suite 0.7
check 'an old version that cannot be installed' hallmark check tool 1.0
says 'warning: .*no upgrade was tried: what the suite has now cannot be installed here'
out_of_suite 0.7

in_suite 0.3
refused 3 'the words are wrong' 'a smoke script that fails' hallmark check tool 1.0
says 'the smoke script, after upgrading, failed'
! grep -q $'\033' said.txt || fail 'nobody is shown control characters'
out_of_suite 0.3
in_suite 0.4
refused 3 'of output' 'a smoke script that writes without end' hallmark check tool 1.0
out_of_suite 0.4
in_suite 0.5
refused 3 'did not finish in 60 seconds' 'a smoke script that sleeps' hallmark check tool 1.0
out_of_suite 0.5
[[ -z $(pgrep -x bwrap; pgrep -x sleep) ]] || fail 'nothing of it is left'
[[ -z $(find terminal/build/work -name 'workspace-*') ]] || fail 'no workspace is left'

in_suite 0.6
check 'an upgrade' hallmark check tool 1.0
upgraded="$target: installed, upgraded and removed: tool 1.0 \(over 0.6\), tool-data 1.0"
says "$upgraded"

# What does not pass stops a release before the signer hears of it.
state() { jq -S '{artefacts, log: .log.size}' <(hallmark --json status 2>/dev/null); }
built_tool 1.1
for person in alice bob; do
  check "$person approves" hallmark approve tool 1.1 --key "terminal/demo/approvers/$person"
done
state >before
refused 3 'the database is not there' 'a package whose postinst fails' hallmark release tool 1.1
says "check of tool 1.1 for $target: installing failed"
state >after
jq --exit-status '.artefacts != null' after >/dev/null || fail 'there is a state to compare'
check 'the signer has not heard of it' cmp before after

# An ordinary user with a clone of the releases repository, and no terminal.
useradd --create-home --home-dir /mnt/home developer
as_developer() {
  setpriv --reuid developer --regid developer --init-groups env -i HOME=/mnt/home PATH="$PATH" "$@"
}
printf '[user]\n name = release manager\n email = manager@example.org\n[safe]\n directory = *\n' >/mnt/home/gitconfig
on_terminal() { env GIT_CONFIG_GLOBAL=/mnt/home/gitconfig git -C terminal/releases "$@"; }
on_terminal add .
on_terminal commit --quiet --message=tool
mkdir -p home/.cache/hallmark/{fetch,build,push}
cp -a terminal/fetch/quarantine home/.cache/hallmark/fetch
cp -a terminal/build/environments home/.cache/hallmark/build
chown -R developer: home
as_developer env GIT_CONFIG_GLOBAL=/mnt/home/gitconfig git clone --quiet /mnt/terminal/releases /mnt/home/releases
dry_run() { as_developer hallmark --root /mnt/home/releases "$@" --dry-run; }

refused 2 'ordinary user' 'a dry run in a clone, by root' hallmark --root /mnt/home/releases release tool 1.0 --dry-run
refused 2 'is of one PRODUCT and VERSION' 'a dry run of everything' dry_run release
refused 3 'Depends: libsuite but it is not installable' 'without the repository' dry_run release tool 1.0
cp -r terminal/push/tree home/.cache/hallmark/push
check 'a dry run with a mirror of it' dry_run release tool 1.0
for text in 'has 0 of 2 approvals' "$upgraded" 'Release of stable would be signed'; do says "$text"; done
as_developer hallmark --json --root /mnt/home/releases release tool 1.0 --dry-run 2>/dev/null |
  jq --exit-status '.would.sign == ["stable"] and (.would.accept | length == 2) and .steps.check.checked[0].again' >/dev/null ||
  fail 'for programs, and nothing twice'
refused 3 'the database is not there' 'a dry run of what does not pass' dry_run release tool 1.1
check 'a dry run on the terminal' hallmark release tool 1.0 --dry-run
says 'published to demo'
state >after
check 'the signer has heard of none of it' cmp before after
