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

sed 's/^Version: 1.0/Version: 1.0\nessential: yes/' old/root/DEBIAN/control >control && mv control old/root/DEBIAN/control
{ printf '#!/bin/sh\n: ' && head -c 5000000 /dev/zero | tr '\0' x && printf '\nevil\n'; } >old/root/DEBIAN/postinst
ln old/root/usr/bin/tool old/root/usr/bin/twin && ln -s ../../etc/cron.d old/root/usr/bin/there && chmod 755 old/root/DEBIAN/postinst
mkdir third && mv old/root third/root && sed -i 's/^Version: .*/Version: 3.0/' third/root/DEBIAN/control
dpkg-deb --root-owner-group -b third/root third/hm-review_3.0_all.deb
check 'a script with a line of 5 MB' hallmark review --files "$new" third/hm-review_3.0_all.deb
for line in '! essential: none -> yes' '+evil' 'bytes more' '! usr/bin/there is a symbolic link to ../../etc/cron.d'; do
  grep -qF -- "$line" said.txt || fail "it does not say: $line"
done
grep -q '! usr/bin/t[ow].* hard link' said.txt && fail 'a hard link inside the package is no alert'

head -c 300 "$new" >cut.deb
refused 3 'the new one' 'half a package' hallmark review --files "$old" cut.deb
refused 2 'no .deb, .apk or .aab' 'another kind of file' hallmark review --files "$old" /bin/true
refused 2 'needs PRODUCT VERSION' 'nothing to review' hallmark review
refused 2 'needs PRODUCT VERSION' 'both at once' hallmark review figlet 2.2.5-3 --files "$old" "$new"
refused 2 'takes --since with PRODUCT VERSION' 'a version with --files' hallmark review --since 1.0 --files "$old" "$new"
