# What strace sees hallmark-sign and gpg do under the whole attack table, against the list of what they may: a call that is not on it would fail, and
# would be missed only where somebody needs it.

mkdir attack
"$tools/attack_table" "$HALLMARK_BIN" /mnt/attack --strace /mnt/calls
"$tools/calls_against_list" calls "$here/../../signer/confinement.cpp" "$here/../../process/confine.cpp"
