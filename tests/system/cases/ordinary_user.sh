# A demo terminal that belongs to one ordinary user, as on a developer's machine: the same release, each program still
# a process of its own, and nothing of root.

useradd --create-home --home-dir /mnt/home developer
chown -R developer: terminal
as_developer() {
  setpriv --reuid developer --regid developer --init-groups \
    env HOME=/mnt/home PATH="$PATH" HALLMARK_ROOT="$HALLMARK_ROOT" "$@"
}

host_start host
check 'an ordinary user releases' as_developer hallmark release figlet "$figlet"
served_is_signed
check "everything is that user's" test -z "$(find terminal ! -user developer)"
sed -i 's/"demo": true/"demo": false/' terminal/terminal.json
refused 4 'own user' 'the same outside a demo terminal' as_developer hallmark status
