# Fetched, built and checked without a network: what was pinned is all that is needed.

check 'hallmark fetch' hallmark fetch figlet "$figlet"
check 'hallmark build' hallmark build figlet "$figlet"
check 'hallmark check' hallmark check figlet "$figlet"
check 'there is a record of it' test -n "$(find terminal/spool/records -name '*.json')"
