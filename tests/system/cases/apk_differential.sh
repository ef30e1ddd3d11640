# What Debian's apksigner signs, with every kind of key, scheme and content, we judge as it does.

"$tools/apk_differential" /mnt/apk
