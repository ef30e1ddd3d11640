# Bytes that changed after they were pinned, and a build record from somebody else than the builder.

quarantine=terminal/fetch/quarantine/sha256

# change PATTERN: another last byte in the pinned file whose name matches; puts its path into $changed.
change() {
  local hash
  hash=$(grep -A 3 -E "\"name\": \"$1\"" terminal/releases/products/figlet/"$figlet".lock.json |
    sed -n 's/.*"sha256": "\(.*\)".*/\1/p' | head -n 1)
  changed=$quarantine/${hash:0:2}/$hash
  [[ -f $changed ]] || fail "no pinned file matches $1"
  cp -p "$changed" original
  head -c -1 original >"$changed"
  printf '\377' >>"$changed"
}
restore() { cp -p original "$changed"; }

change '.*\.orig\.tar\.gz'
refused 3 'figlet' 'building with a changed byte in the source' hallmark build figlet "$figlet"
restore
rm terminal/build/environments/*
change 'bash'
refused 3 'bash' 'building with a changed byte in a build-dependency' hallmark build figlet "$figlet"
restore
check 'building with the pinned bytes' hallmark build figlet "$figlet"

chown root terminal/spool/records/*.json
refused 4 'rule: ' "a build record that is not the builder's" hallmark accept figlet "$figlet"
