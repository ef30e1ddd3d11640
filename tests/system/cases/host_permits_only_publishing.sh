# The package host, with the files of image/host: what its sshd lets the publishing key do, what it refuses, and
# what its nginx tells caches.

host_create host
host_start host
url=$(host_setting host url)
port=$(host_setting host ssh_port)
for key in publishing stray; do ssh-keygen -q -t ed25519 -N '' -f "$key"; done
host_authorize host "$(<publishing.pub)"
echo "[127.0.0.1]:$port $(host_setting host host_key)" >known_hosts
echo content >file

options=(-o UserKnownHostsFile=known_hosts -o GlobalKnownHostsFile=none -o IdentitiesOnly=yes -o BatchMode=yes)
sftp_as() { sftp -q "${options[@]}" -i "$1" -P "$port" -b - publish@127.0.0.1; }
as_publisher() { printf '%s\n' "$@" | sftp_as publishing; }
ssh_as() { ssh "${options[@]}" -i "$1" -p "$port" "${@:2}"; }
served() { curl -sS -o /dev/null -w '%{http_code} %header{cache-control}' "$@"; }

check 'folders are made and files uploaded, then renamed over another' as_publisher \
  'mkdir pool' 'mkdir dists' 'put file pool/a_1.deb' 'put file dists/InRelease' \
  'put file dists/.InRelease' 'rename dists/.InRelease dists/InRelease'
check 'a file is moved out of the docroot, into the trash' as_publisher \
  'put file pool/old_1.deb' 'mkdir /trash/pool' 'rename pool/old_1.deb /trash/pool/old_1.deb'
for overlap in TRASH=/www/trash TRASH=/ TRASH=/x/../www DOCROOT=/; do
  refused 2 'overlap' "a timer with $overlap, for which something served is trash" "$host_render" tmpfiles.conf "$overlap"
done
refused 1 'Permission denied' 'removing it from the trash' as_publisher 'rm /trash/pool/old_1.deb'
check 'which the host itself does' host_empty_trash host 0
[[ ! -e host/srv/hallmark/trash/pool/old_1.deb ]] || fail 'the trash was not emptied'
refused 1 'Permission denied' 'removing a file' as_publisher 'rm pool/a_1.deb'
refused 1 'Permission denied' 'removing a folder' as_publisher 'rmdir pool'
refused 1 'Permission denied' 'changing a mode' as_publisher 'chmod 4755 pool/a_1.deb'
refused 1 'Permission denied' 'changing an owner' as_publisher 'chown 0 pool/a_1.deb'
refused 1 'not support|Permission denied' 'a symbolic link' as_publisher 'ln -s /etc/passwd pool/b'
refused 1 'not support|Permission denied' 'a hard link' as_publisher 'ln pool/a_1.deb pool/b'
refused 1 'Permission denied' 'writing outside the docroot' as_publisher 'put file /file'
refused 1 'not found' 'reading outside the chroot' as_publisher 'get /etc/passwd'

refused 1 'sftp connections only' 'a command' ssh_as publishing publish@127.0.0.1 id
refused 255 'PTY allocation request failed|sftp' 'a terminal' \
  timeout 5 script -qec "ssh ${options[*]} -tt -i publishing -p $port publish@127.0.0.1" /dev/null
refused 255 'administratively prohibited|stdio forwarding failed' 'forwarding a port' \
  ssh_as publishing -W 127.0.0.1:1 publish@127.0.0.1
refused 255 'Permission denied \(publickey\)' 'a key that is not listed' ssh_as stray publish@127.0.0.1
refused 255 'Permission denied \(publickey\)' 'root with the listed key' ssh_as publishing root@127.0.0.1
refused 255 'Permission denied \(publickey\)' 'a password' \
  ssh_as stray -o PreferredAuthentications=password,keyboard-interactive publish@127.0.0.1

says() { [[ $(served "${@:2}") == "$1" ]] || { served "${@:2}"; return 1; }; }
check 'a package may be cached for ever' says '200 public, max-age=31536000, immutable' "$url/pool/a_1.deb"
check 'an index must be asked for again' says '200 no-cache' "$url/dists/InRelease"
check 'a folder is not listed' says '404 ' "$url/pool/"
check 'a name with a dot in front is not served' says '404 ' "$url/dists/.InRelease"
check 'nothing but GET and HEAD is answered' says '403 ' -X POST "$url/dists/InRelease"
check 'the server does not tell its version' bash -c "curl -sI $url/ | grep -x $'Server: nginx\r'"
