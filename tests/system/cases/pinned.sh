# The state that other cases begin from: a terminal with figlet pinned from Debian's archive and approved by two of
# three, and a package host that knows its key.

host_create host
host_start host
check 'a throwaway terminal is made' terminal_create host
refused 1 'already' 'making it a second time' terminal_create host
terminal_add_product figlet
sed -i 's/"packages": \["figlet"\]/"packages": ["figlet", "figlet-dbgsym"]/' terminal/releases/products/figlet.json
check 'figlet is pinned' hallmark pin figlet "$figlet"
for approver in alice bob; do
  check "$approver approves" approve "$approver"
done
