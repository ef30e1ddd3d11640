# What a release was built from, and its checksums, as the host serves them after `hallmark release`: verified by openssl
# and sha256sum, which know nothing of Hallmark.

host_start host
www=host/srv/hallmark/www
folder=releases/figlet/$figlet
check 'the list is served, and the attestation' test -e "$www/$folder/SHA256SUMS" -a -e "$www/$folder/demo.intoto.jsonl"
mkdir user
find "$www/pool" -type f -exec cp {} user/ \;
cp "$www/$folder"/* user/
by_sha256sum() { cd user && sha256sum --strict -c SHA256SUMS; }
check 'the list names all of the pool, and nothing else' by_sha256sum
names() { cut -c67- user/SHA256SUMS; }
check 'and no file twice' test "$(names)" = "$(find "$www/pool" -type f -printf '%f\n' | LC_ALL=C sort)"

# DSSE: Ed25519 over "DSSEv1", the type and the payload, each with its length before it.
open_envelope() {
  python3 - "$1" "$(hallmark policy show | jq -r '.log_keys[0].key')" <<'END'
import base64, json, sys
envelope = json.loads(open(sys.argv[1]).read())
kind, payload = envelope['payloadType'].encode(), base64.b64decode(envelope['payload'])
open('user/signed', 'wb').write(b'DSSEv1 %d %s %d %s' % (len(kind), kind, len(payload), payload))
open('user/statement', 'wb').write(payload)
open('user/signature', 'wb').write(base64.b64decode(envelope['signatures'][0]['sig']))
key = base64.b64decode(sys.argv[2].split()[1])[-32:]
open('user/key.der', 'wb').write(bytes.fromhex('302a300506032b6570032100') + key)
END
}
by_openssl() {
  openssl pkeyutl -verify -pubin -inkey user/key.der -keyform DER -rawin -in user/signed -sigfile user/signature
}
open_envelope user/demo.intoto.jsonl
check 'openssl takes the signature' by_openssl
check 'by which the package came of the lock' jq -e --arg lock "$(sha256sum <"terminal/releases/products/figlet/$figlet.lock.json" | cut -c1-64)" \
  '.predicate.buildDefinition.externalParameters.lock_sha256 == $lock and .predicate.buildDefinition.internalParameters.evidence == "reproduced"' \
  user/statement
check 'and is the one that is served' bash -c "cd user && jq -r '.subject[] | .digest.sha256 + \"  \" + .name' statement | sha256sum --strict -c"
sed -i 's/reproduced/rebuilt!!!/' user/signed
refused 1 'Verification Failure' 'another statement under the signature' by_openssl
check 'each file is in the log' bash -c "for file in $www/$folder/*; do
  hallmark log prove \$(sha256sum <\$file | cut -c1-64) $www/log/demo --key '$(hallmark keys export --log)' >/dev/null || exit 1; done"
