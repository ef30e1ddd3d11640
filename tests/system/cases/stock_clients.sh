# What was released, through the eyes of those who know nothing of Hallmark: apt, gpgv.

client_create user
host_start host
client_trust user "$(host_setting host url)" stable main terminal/public/archive-keyring.asc
check 'apt-get update, every check on' client_apt user update --error-on=any
check 'apt-get install figlet' client_apt user install --yes figlet
check 'the program runs' client_run user figlet Hallmark
check 'apt-get install figlet-dbgsym' client_apt user install --yes figlet-dbgsym
client_run user dpkg --listfiles figlet-dbgsym | grep '\.debug$' >symbols
check 'its debug symbols are there' client_run user test -s "$(head -n 1 symbols)"

# Its source, by the index and by the bytes that Debian's developer signed.
check 'apt-get source figlet' client_apt user source --download-only figlet
for file in figlet_$figlet.dsc figlet_${figlet%-*}.orig.tar.gz figlet_$figlet.debian.tar.xz; do
  check "$file is the one in the pool" cmp "user/$file" "host/srv/hallmark/www/pool/main/f/figlet/$file"
done
of_apt() { (cd host/srv/hallmark/www && apt-ftparchive -qq -o APT::FTPArchive::SHA1=false -o APT::FTPArchive::SHA512=false \
  sources pool); }
of_apt | grep . | sort >sources_of_apt
grep -h . host/srv/hallmark/www/dists/stable/main/source/Sources | sort >sources_of_ours
check 'Sources has the fields that apt-ftparchive writes' cmp sources_of_apt sources_of_ours

# The heartbeat, between releases: nothing but the dates may change.
dates() { grep -E '^(Date|Valid-Until):' host/srv/hallmark/www/dists/stable/InRelease; }
dates >dates_before
check 'hallmark refresh' hallmark refresh
check 'hallmark publish' hallmark publish
served_is_signed
dates >dates_after
! cmp -s dates_before dates_after || fail 'the Release that is served has its old dates'
check 'apt-get update after it' client_apt user update --error-on=any

sed -i 's/^\( [A-Za-z0-9+\/=]\{64\}\)$/ AAAA/' user/etc/apt/sources.list.d/hallmark.sources
refused 100 'NO_PUBKEY|not signed|key' 'apt-get update with another key' client_apt user update --error-on=any
