# What `hallmark apk sign` signs, Debian's apksigner and apkverifier accept.

"$tools/apk_signed_by_us" /mnt/apk "$HALLMARK_BIN/.."
