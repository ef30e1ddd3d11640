# An approver on a machine of their own: a clone of the releases repository, an SSH key and the source's origin, and
# nothing of a terminal. What they sign there counts on the terminal.

useradd --create-home --home-dir /mnt/home manager
mkdir upstream clone
chown manager: upstream clone
as_manager() {
  setpriv --reuid manager --regid manager --init-groups \
    env -i HOME=/mnt/home PATH="$PATH" GIT_CONFIG_GLOBAL=/mnt/home/gitconfig "$@"
}
printf '[user]\n name = manager\n email = manager@example.org\n[init]\n defaultBranch = main\n[safe]\n directory = *\n' \
  >/mnt/home/gitconfig
elsewhere() { as_manager hallmark --root /mnt/clone/releases "$@"; }
on_terminal() { env GIT_CONFIG_GLOBAL=/mnt/home/gitconfig git -C terminal/releases "$@"; }

check 'a terminal' hallmark init --demo
for person in alice bob; do install -m 0600 -o manager "terminal/demo/approvers/$person" "clone/$person"; done

upstream() { as_manager git -C /mnt/upstream "$@"; }
upstream init --quiet
echo one >upstream/file && upstream add file && upstream commit --quiet --message=one
upstream tag --annotate --message=1.0 v1.0
upstream tag --annotate --message=other other/refs/tags/v1.0  # ends in what is asked for, and is another tag

cat >terminal/releases/products/tool.json <<'END'
{"format": "hallmark-product-v1", "name": "tool",
 "origin": {"kind": "git", "url": "/mnt/upstream", "tag": "v{version}", "signers": ["SSH_KEY"]},
 "environments": [{"name": "bookworm", "suite": "bookworm"}],
 "targets": [{"suite": "stable", "component": "main", "architecture": "amd64", "environment": "bookworm"}],
 "recipe": {"kind": "deb", "packages": ["tool"]}}
END
sed -i "s#SSH_KEY#$(cut -d' ' -f1,2 terminal/demo/approvers/alice.pub)#" terminal/releases/products/tool.json
mkdir terminal/releases/products/tool
zeros=$(printf '%064d' 0)
write_lock() { # TAG_OBJECT
  cat >terminal/releases/products/tool/1.0.lock.json <<END
{"format": "hallmark-lock-v1", "product": "tool", "version": "1.0", "source_date_epoch": 1700000000,
 "product_sha256": "$(sha256sum <terminal/releases/products/tool.json | cut -d' ' -f1)",
 "source": {"kind": "git", "url": "/mnt/upstream", "tag": "v1.0", "tag_object": "$1",
   "commit": "$(upstream rev-parse 'v1.0^{commit}')", "tree": "$(upstream rev-parse 'v1.0^{tree}')",
   "content_sha256": "$zeros", "signers": []},
 "environments": [{"name": "bookworm", "architecture": "amd64", "environment_sha256": "$zeros", "mmdebstrap": "1.3.5-7",
   "archives": [], "packages": []}],
 "targets": [{"suite": "stable", "component": "main", "architecture": "amd64", "environment": "bookworm"}]}
END
  on_terminal add . && on_terminal commit --quiet --message=tool
}
write_lock "$(upstream rev-parse v1.0)"
check 'a clone' as_manager git clone --quiet /mnt/terminal/releases /mnt/clone/releases
check 'it says which policy is in force' cmp terminal/policy.json clone/releases/policy.json
check 'and which group' test demo = "$(cat clone/releases/terminal-group)"

check 'a review there' elsewhere review tool 1.0
check "alice's approval, given there" elsewhere approve tool 1.0 --key /mnt/clone/alice
mv said.txt approved.txt
check 'which asked for the tag' grep -q "tag v1.0 is at /mnt/upstream what the lock says: $(upstream rev-parse v1.0)" approved.txt
as_manager git -C /mnt/clone/releases add . && as_manager git -C /mnt/clone/releases commit --quiet --message=approved
on_terminal pull --quiet /mnt/clone/releases main
hallmark approve tool 1.0 --key terminal/demo/approvers/bob >counted 2>&1
check 'counts on the terminal' grep -q '2 of 2 approvals: alice, bob' counted
on_terminal add . && on_terminal commit --quiet --message=bob
as_manager git -C /mnt/clone/releases pull --quiet

# The tag is asked for at its origin: who has changed the lock on its way cannot answer for that.
upstream tag --force --annotate --message=moved v1.0 >/dev/null 2>&1
refused 3 'tag v1.0: was moved' 'approving what was moved' elsewhere approve tool 1.0 --key /mnt/clone/bob
upstream tag --delete v1.0 >/dev/null
refused 3 'tag v1.0: is no longer at' 'approving what is gone' elsewhere approve tool 1.0 --key /mnt/clone/bob
mv upstream away
refused 5 'does not say what tag v1.0 is' 'approving what nobody answers for' elsewhere approve tool 1.0 --key /mnt/clone/bob
check 'nothing was signed' test -z "$(as_manager git -C /mnt/clone/releases status --porcelain)"
check 'without asking, told so' elsewhere approve tool 1.0 --key /mnt/clone/bob --offline
mv away upstream

# Stopping is approved there too; what a terminal does is not done there.
check 'a call back, approved' elsewhere withdraw tool 1.0 --approve-only --key /mnt/clone/alice
check 'its signature' test -f clone/releases/withdrawals/tool/1.0/every-suite/alice.sig
for verb in 'withdraw tool 1.0' 'release tool 1.0' 'pin tool 2.0' 'status' 'publish' 'policy show'; do
  # shellcheck disable=SC2086
  refused 1 'is a clone of the releases repository, and this needs a terminal' "$verb" elsewhere $verb
done

# A change of the policy.
jq '.suites[0].valid_days = 60' terminal/policy.json >new.json
check 'a proposal' hallmark policy propose new.json
on_terminal add . && on_terminal commit --quiet --message=proposal
as_manager git -C /mnt/clone/releases reset --quiet --hard && as_manager git -C /mnt/clone/releases pull --quiet
check 'its differences there' grep -qx '+ suites.stable.valid_days: 60' <(elsewhere policy diff)
for person in alice bob; do check "$person's approval" elsewhere policy approve --key "/mnt/clone/$person"; done
as_manager git -C /mnt/clone/releases add . && as_manager git -C /mnt/clone/releases commit --quiet --message=approved
on_terminal pull --quiet /mnt/clone/releases main
check 'the change' hallmark policy change
check 'the copy follows' cmp new.json terminal/releases/policy.json

# Forged: another group, another policy. Nobody is hurt but who signs it.
echo '../x' >clone/releases/terminal-group
refused 1 'is not the name of a group' 'a group that is no name' elsewhere approve tool 1.0 --key /mnt/clone/bob --offline
echo other >clone/releases/terminal-group
check 'an approval for another group' elsewhere approve tool 1.0 --key /mnt/clone/alice --offline
cp -r clone/releases/approvals/tool/1.0/. terminal/releases/approvals/tool/1.0/
check 'counts for nothing' grep -q '0 of 2 approvals: nobody' <(hallmark release tool 1.0 2>&1)
