# Files that people write, with a mistake in each: refused with file, line and key, at any depth.

host_create host
host_start host
check 'a throwaway terminal is made' terminal_create host
terminal_add_product figlet
product=terminal/releases/products/figlet.json
cp "$product" good.json

pin() { hallmark pin figlet "$figlet"; }

sed 's/"recipe"/"receipt": {},\n  "recipe"/' good.json >"$product"
refused 1 'figlet\.json.*receipt' 'an unknown key' pin
sed 's/"name": "figlet"/"name": 7/' good.json >"$product"
refused 1 'figlet\.json.*name' 'a number where text is due' pin
sed 's/"recipe": {[^}]*}/"recipe": "deb"/' good.json >"$product"
refused 1 'figlet\.json.*recipe' 'text where an object is due' pin
{ printf '[%.0s' {1..10000}; printf ']%.0s' {1..10000}; } >"$product"
refused 1 'figlet\.json.*(deep|level)' '10,000 levels of nesting' pin
head -c 100 good.json >"$product"
refused 1 'figlet\.json' 'a file that was cut off' pin
cp terminal/terminal.json good.json
sed 's/"demo": true/"demo": "yes"/' good.json >terminal/terminal.json
refused 1 'terminal\.json.*demo' 'a terminal that only says it is for a demo' hallmark status
