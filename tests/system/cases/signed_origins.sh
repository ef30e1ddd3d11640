# Sources that upstream signed with OpenPGP: a release archive from pin to what the signer accepts, and a git tag.

mkdir -m 0700 gnupg-upstream
upstream_gpg() { gpg --quiet --batch --homedir "$PWD/gnupg-upstream" --pinentry-mode loopback --passphrase '' "$@"; }
for name in upstream second mallory; do
  upstream_gpg --quick-generate-key "$name <$name@example.org>" ed25519 sign never
  declare "$name=$(upstream_gpg --with-colons --list-keys "$name" | awk -F: '/^fpr/ { print $10; exit }')"
done

# make_release VERSION: upstream/tool-VERSION.tar.gz, a package with a file named -rf, and its signature.
make_release() {
  local tree=upstream/tool-$1
  mkdir -p "$tree/debian/source"
  echo "data of $1" >"$tree/-rf"
  echo '3.0 (native)' >"$tree/debian/source/format"
  printf 'Source: tool\nMaintainer: A Person <person@example.org>\nStandards-Version: 4.6.2\n\nPackage: tool\n%s\n' \
    'Architecture: any
Description: a test' >"$tree/debian/control"
  printf 'tool (%s) unstable; urgency=low\n\n  * A release.\n\n -- A Person <person@example.org>  Sun, 01 Jan 2023 00:00:00 +0000\n' \
    "$1" >"$tree/debian/changelog"
  printf '%s\n' '#!/usr/bin/make -f' 'build build-arch build-indep binary-indep:' 'clean:' '	rm -rf debian/tool debian/files' \
    'binary binary-arch:' '	install -d debian/tool/DEBIAN debian/tool/usr/share/tool' \
    '	install -m 644 -- ./-rf debian/tool/usr/share/tool/data' '	dpkg-gencontrol -ptool -Pdebian/tool' \
    '	chmod -R u+rwX,go+rX,go-w debian/tool' '	dpkg-deb --root-owner-group --build debian/tool ..' >"$tree/debian/rules"
  chmod 755 "$tree/debian/rules"
  tar --create --gzip --file="upstream/tool-$1.tar.gz" --directory=upstream "tool-$1"
  sign_release "$1" "$upstream"
}
sign_release() {
  upstream_gpg --yes --armor --local-user "$2" --output "upstream/tool-$1.tar.gz.asc" --detach-sign "upstream/tool-$1.tar.gz"
}

# write_product NAME ORIGIN
write_product() {
  cat >"terminal/releases/products/$1.json" <<END
{"format": "hallmark-product-v1", "name": "$1", "origin": $2,
 "environments": [{"name": "bookworm", "suite": "bookworm"}],
 "targets": [{"suite": "stable", "component": "main", "architecture": "amd64", "environment": "bookworm"}],
 "recipe": {"kind": "deb", "packages": ["$1"]}}
END
}

host_create host
host_start host
check 'a throwaway terminal is made' terminal_create host
mkdir upstream
make_release 1.0
write_product tool '{"kind": "tarball", "url": "/mnt/upstream/tool-{version}.tar.gz",
  "signature": "/mnt/upstream/tool-{version}.tar.gz.asc", "openpgp_signers": ["'"$upstream"'", "'"$second"'"],
  "keyring": "upstream.asc"}'
refused 1 'keyring .*upstream.asc: is not there' 'pinning without the keyring' hallmark pin tool 1.0
mkdir -p terminal/releases/keyrings
upstream_gpg --export "$upstream" >terminal/releases/keyrings/upstream.asc
refused 1 'is not armoured' 'pinning with a binary keyring' hallmark pin tool 1.0
upstream_gpg --armor --export "$upstream" "$mallory" >terminal/releases/keyrings/upstream.asc

sign_release 1.0 "$mallory"
refused 3 "is signed by $mallory, which is not one of its signers" 'an archive signed by somebody else' hallmark pin tool 1.0
sign_release 1.0 "$upstream"
check 'a release archive is pinned' hallmark pin tool 1.0
lock=terminal/releases/products/tool/1.0.lock.json
check 'its lock names the key' grep -q "\"$upstream\"" "$lock"

# The bytes of the keyring are the lock's by now.
rm terminal/releases/keyrings/upstream.asc
archive=$(python3 -c "import json; print(json.load(open('$lock'))['source']['files'][0]['sha256'])")
cp -p "terminal/fetch/quarantine/sha256/${archive:0:2}/$archive" original
echo evil >>"terminal/fetch/quarantine/sha256/${archive:0:2}/$archive"
refused 3 'tool-1.0.tar.gz' 'building from a changed archive' hallmark build tool 1.0
cp -p original "terminal/fetch/quarantine/sha256/${archive:0:2}/$archive"

for approver in alice bob; do
  check "$approver approves" hallmark approve tool 1.0 --key "$HALLMARK_ROOT/demo/approvers/$approver"
done
check 'everything is here' hallmark fetch tool 1.0
check 'the archive is built twice, equal' hallmark build tool 1.0
check 'the signer accepts the package' hallmark accept tool 1.0
dpkg-deb --fsys-tarfile "$(find terminal/build/out -name 'tool_1.0_amd64.deb')" | tar --extract --to-stdout ./usr/share/tool/data >data
check 'the file named -rf is in it' grep -qx 'data of 1.0' data

# The same tree as a git repository, its tags signed by two keys of three, of both kinds.
upstream_gpg --armor --export "$upstream" "$second" >terminal/releases/keyrings/upstream.asc
ssh-keygen -q -t ed25519 -N '' -f author
printf '#!/bin/sh\nexec /usr/bin/gpg --homedir %s --batch --pinentry-mode loopback --passphrase "" "$@"\n' \
  "$PWD/gnupg-upstream" >sign && chmod 755 sign
tool_git() {
  env GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null git -C upstream/tool-1.0 -c user.name=author \
    -c user.email=author@example.org -c gpg.program="$PWD/sign" "$@"
}
tool_git init --quiet --initial-branch=main --template=
tool_git add .
tool_git commit --quiet --message=tool
write_product tool-git '{"kind": "git", "url": "/mnt/upstream/tool-1.0", "tag": "v{version}",
  "openpgp_signers": ["'"$upstream"'", "'"$second"'"], "keyring": "upstream.asc",
  "signers": ["'"$(cut -d' ' -f1,2 author.pub)"'"], "threshold": 2}'
tool_git -c user.signingkey="$upstream" tag --sign --message=1.0 v1.0
refused 3 'is signed by 1 of its signers, and 2 are asked for' 'a tag that one of two has signed' hallmark pin tool-git 1.0
tool_git cat-file tag v1.0 >tag && ssh-keygen -q -Y sign -n git -f author tag && cat tag.sig >>tag
tool_git update-ref refs/tags/v1.0 "$(tool_git hash-object -t tag -w "$PWD/tag")"
check 'a tag that an OpenPGP and an SSH key have signed' hallmark pin tool-git 1.0
check 'fetched again' hallmark fetch tool-git 1.0
