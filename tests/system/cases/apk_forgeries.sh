# Forged APKs, over a thousand of them by name: each is refused, and what is not forged is accepted.

"$tools/apk_forgeries" /mnt/apk
