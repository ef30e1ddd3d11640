# What a package changes against the one before it, told without a terminal; and files that are no packages.

package() { # FOLDER VERSION: with what is in FOLDER/root
  mkdir -p "$1/root/DEBIAN"
  printf 'Package: hm-review\nVersion: %s\nArchitecture: all\nMaintainer: A Person <person@example.org>\nDescription: a test\n' \
    "$2" >"$1/root/DEBIAN/control"
  dpkg-deb --root-owner-group -b "$1/root" "$1/hm-review_$2_all.deb"
}
mkdir -p old/root/usr/bin new/root/usr/bin new/root/etc/cron.d new/root/DEBIAN
echo one | tee old/root/usr/bin/tool new/root/usr/bin/tool >/dev/null
echo '* * * * * root tool' >new/root/etc/cron.d/job
printf '#!/bin/sh\nexec tool\n' >new/root/DEBIAN/postinst
chmod 755 new/root/DEBIAN/postinst old/root/usr/bin/tool
chmod 4755 new/root/usr/bin/tool
package old 1.0 && package new 2.0
old=old/hm-review_1.0_all.deb new=new/hm-review_2.0_all.deb

check 'hallmark review --files' hallmark review --files "$old" "$new"
for line in '! postinst comes' '+exec tool' '! usr/bin/tool is now setuid' '! etc/cron.d/job comes' 'Version: 1.0 -> 2.0'; do
  grep -qF -- "$line" said.txt || fail "it does not say: $line"
done
check 'as Markdown' hallmark review --markdown --files "$old" "$new"
grep -qF -- '- **!** `usr/bin/tool is now setuid`' said.txt || fail 'not as Markdown'
check 'as JSON' bash -c "hallmark --json review --files $old $new | python3 -c 'import json, sys
changes = json.load(sys.stdin)[\"parts\"][0][\"changes\"]
sys.exit(not any(c[\"alert\"] and c[\"words\"] == \"postinst comes\" for c in changes))'"
check 'the same package' hallmark review --files "$new" "$new"
grep -q 'the same' said.txt || fail 'a package differs from itself'

head -c 300 "$new" >cut.deb
refused 3 'the new one' 'half a package' hallmark review --files "$old" cut.deb
refused 2 'no .deb, .apk or .aab' 'another kind of file' hallmark review --files "$old" /bin/true
refused 2 'needs PRODUCT VERSION' 'nothing to review' hallmark review
refused 2 'needs PRODUCT VERSION' 'both at once' hallmark review figlet 2.2.5-3 --files "$old" "$new"
