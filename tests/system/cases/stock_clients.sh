# What was released, through the eyes of those who know nothing of Hallmark: apt, gpgv.

client_create user
host_start host
client_trust user "$(host_setting host url)" stable main terminal/public/archive-keyring.asc
check 'apt-get update, every check on' client_apt user update --error-on=any
check 'apt-get install figlet' client_apt user install --yes figlet
check 'the program runs' client_run user figlet Hallmark

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
