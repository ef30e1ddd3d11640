# Somebody else answers at the package host's address: nothing is uploaded. With the right host back, the same
# command succeeds.

mv host/etc/ssh/ssh_host_ed25519_key right
ssh-keygen -q -t ed25519 -N '' -f host/etc/ssh/ssh_host_ed25519_key <<<y
host_start host
refused 3 'host key' 'publishing to a host with another key' hallmark publish
check 'nothing was uploaded' test -z "$(find host/srv/hallmark/www -type f)"
host_stop host

mv right host/etc/ssh/ssh_host_ed25519_key
host_start host
check 'publishing once the right host is back' hallmark publish
served_is_signed
