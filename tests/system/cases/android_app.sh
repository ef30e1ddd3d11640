# An Android app, from a signed git tag to a download that apksigner accepts. A version that does not rise is refused.

host_create host
host_start host
check 'a throwaway terminal is made' terminal_create host
upstream_create /mnt/upstream
terminal_add_product hello-android /mnt/upstream

release_app() {
  local approver
  hallmark pin hello-android "$1"
  for approver in alice bob; do
    hallmark approve hello-android "$1" --key "$HALLMARK_ROOT/demo/approvers/$approver"
  done
  hallmark release hello-android "$1"
}

refused 5 'tag v0.9' 'a version that upstream has not tagged' hallmark pin hello-android 0.9
check 'hello-android 1.0 is released' release_app 1.0

apk=$(cd host/srv/hallmark/www && find apk -name '*.apk')
curl -fsS -o app.apk "$(host_setting host url)/$apk"
check 'apksigner accepts what is served' apksigner verify --verbose --print-certs app.apk
mv said.txt certificates
check 'it is signed by the key that the terminal publishes' \
  grep "SHA-256 digest: $(sha256sum <terminal/public/apk-app.der | cut -d' ' -f1)" certificates
check 'hallmark apk verify agrees' hallmark apk verify app.apk
printf 'x' >>app.apk
refused 3 'app.apk' 'hallmark apk verify, with one byte more' hallmark apk verify app.apk

upstream_tag /mnt/upstream 0.9
refused 4 'rule: ' 'an older version after a newer one' release_app 0.9
