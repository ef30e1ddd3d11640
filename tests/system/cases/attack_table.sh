# Code that runs as each of the terminal's users tries what the signer must not be talked into, with its socket and the
# real gpg-agent. What came of it is kept for docs/attack-table.md.

mkdir attack
"$tools/attack_table" "$HALLMARK_BIN" /mnt/attack \
  --markdown "$HALLMARK_STATES/attack-table.md" --json "$HALLMARK_STATES/attack-table.json"
