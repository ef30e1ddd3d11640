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
rm -r terminal/build/environments/*
change 'bash'
refused 3 'bash' 'building with a changed byte in a build-dependency' hallmark build figlet "$figlet"
restore
check 'building with the pinned bytes' hallmark build figlet "$figlet"

# What sandboxes show is compared with the environment's file before each build.
tree=$(find terminal/build/environments -mindepth 1 -maxdepth 1 -type d)
printf '#!/bin/sh\nexit 7\n' >"$tree/usr/bin/make"
rm -r terminal/build/out
check 'building where the unpacked environment was changed' hallmark build figlet "$figlet"
! grep -q 'exit 7' "$tree/usr/bin/make" || fail 'the unpacked environment is still the changed one'

chown root terminal/spool/records/*.json
refused 4 'rule: ' "a build record that is not the builder's" hallmark accept figlet "$figlet"
