# What a reviewer is told of a new lock: what is new since the last release, and not since something that only looks
# like it. The locks are made from the released one, by hand; nothing is fetched or built.

locks=terminal/releases/products/figlet
says() { grep -qF -- "$1" said.txt || { cat said.txt >&2 && fail "it does not say: $1"; }; }

# lock_like VERSION PYTHON: what was released, as another version; `lock`, `environment` and `bash` are parts of it.
lock_like() {
  python3 - "$locks/$figlet.lock.json" "$locks/$1.lock.json" "$@" <<'END'
import json, sys
lock = json.load(open(sys.argv[1]))
environment = lock["environments"][0]
bash = next(package for package in environment["packages"] if package["name"] == "bash")
print(bash["version"])
lock["version"] = lock["source"]["version"] = sys.argv[3]
exec(sys.argv[4])
json.dump(lock, open(sys.argv[2], "w"))
END
}

bash_version=$(lock_like 2.2.5-4 'bash["version"] = "1:9-1"')
lock_like 2.2.5-5 'bash["version"] = "0.1-1"; environment["archives"][0]["uri"] = "https://third.example.org"' >/dev/null

check 'pin --diff' hallmark pin --diff figlet 2.2.5-4
says "since $figlet, which was released:"
says ", now 2.2.5-4"
says "bash:amd64 rises from $bash_version to 1:9-1"
check 'a version that was never released is not what the next is compared with' hallmark pin --diff figlet 2.2.5-5
says "since $figlet, which was released:"
says "! environment bookworm: bash:amd64 FALLS from $bash_version to 0.1-1"
says '! environment bookworm: archive https://third.example.org bookworm'
check 'for programs' bash -c "hallmark --json pin --diff figlet 2.2.5-5 | python3 -c 'import json, sys
answer = json.load(sys.stdin)
assert answer[\"since\"] == \"$figlet\" and answer[\"since_released\"] is True and answer[\"new\"] is False
changes = [c for c in answer[\"changes\"] if c.get(\"package\", {}).get(\"name\") == \"bash\"]
assert [c[\"package\"][\"change\"] for c in changes] == [\"down\"] and changes[0][\"alert\"]'"

for verb in review approve; do
  attempt hallmark "$verb" figlet 2.2.5-5 $([[ $verb == review ]] || echo --key terminal/demo/approvers/alice)
  says "since $figlet, which was released"
  says "! environment bookworm: bash:amd64 FALLS from $bash_version to 0.1-1"
done
check 'the first of all' hallmark pin --diff figlet "$figlet"
says 'no lower version is pinned'

# Whoever changes the lock that a release was made from hides what is new.
lock_like "$figlet" 'bash["version"] = "0.1-1"' >/dev/null
check 'the lock of the last release was changed since' hallmark pin --diff figlet 2.2.5-5
says "! the lock of $figlet is not the one that was released"
refused 1 'malformed|hallmark: error' 'a lock that is none' bash -c \
  "echo '{' >$locks/2.2.5-6.lock.json && hallmark pin --diff figlet 2.2.5-6"
