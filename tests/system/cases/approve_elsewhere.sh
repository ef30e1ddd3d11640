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
echo two >upstream/file && upstream commit --quiet --all --message=two
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
write_lock() { # TAG_OBJECT COMMIT
  cat >terminal/releases/products/tool/1.0.lock.json <<END
{"format": "hallmark-lock-v1", "product": "tool", "version": "1.0", "source_date_epoch": 1700000000,
 "product_sha256": "$(sha256sum <terminal/releases/products/tool.json | cut -d' ' -f1)",
 "source": {"kind": "git", "url": "/mnt/upstream", "tag": "v1.0", "tag_object": "$1",
   "commit": "$2", "tree": "$(upstream rev-parse 'v1.0^{tree}')",
   "content_sha256": "$zeros", "signers": []},
 "environments": [{"name": "bookworm", "architecture": "amd64", "environment_sha256": "$zeros", "mmdebstrap": "1.3.5-7",
   "archives": [], "packages": []}],
 "targets": [{"suite": "stable", "component": "main", "architecture": "amd64", "environment": "bookworm"}]}
END
  on_terminal add . && on_terminal commit --quiet --message=tool
}
write_lock "$(upstream rev-parse v1.0)" "$(upstream rev-parse 'v1.0^{commit}')"
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
bob_approves() { elsewhere approve tool 1.0 --key /mnt/clone/bob "$@"; }
lock=clone/releases/products/tool/1.0.lock.json
cp "$lock" lock
change_lock() { jq "$1" lock >"$lock"; }
change_lock ".source.commit = \"$(upstream rev-parse main)\""
refused 3 'tag v1.0: is of commit' 'approving another commit under the same tag' bob_approves
change_lock '.source.url = "/mnt/elsewhere"'
refused 3 'was not made from this product file' 'approving a source of another origin' bob_approves
change_lock '.source.signers = ["SHA256:x\nsince 0.9, which was released: nothing but the version"]'
attempt bob_approves --offline
check 'no line is forged' test 0 = "$(grep -c '^since 0.9, which was released' said.txt)"
as_manager cp -a /mnt/upstream /mnt/clone/releases/evil
sed 's#/mnt/upstream#/mnt/clone/releases/evil#' clone/releases/products/tool.json >evil.json
cp evil.json clone/releases/products/tool.json
change_lock ".source.url = \"/mnt/clone/releases/evil\" | .product_sha256 = \"$(sha256sum <evil.json | cut -d' ' -f1)\""
refused 3 'is in this clone' 'approving what the clone itself answers for' bob_approves
rm -rf clone/releases/evil
cp lock "$lock"
as_manager git -C /mnt/clone/releases checkout --quiet .
rm clone/releases/approvals/tool/1.0/bob.sig
upstream tag --force --annotate --message=moved v1.0 >/dev/null 2>&1
refused 3 'tag v1.0: was moved' 'approving what was moved' bob_approves
upstream tag --delete v1.0 >/dev/null
refused 3 'tag v1.0: is no longer at' 'approving what is gone' bob_approves
mv upstream away
refused 5 'does not say what tag v1.0 is' 'approving what nobody answers for' bob_approves
check 'nothing was signed' test ! -e clone/releases/approvals/tool/1.0/bob.sig
check 'without asking' bob_approves --offline
mv said.txt told.txt
check 'it is told so' grep -q 'was not asked' told.txt
mv away upstream

# What a clone brings is files of whoever wrote it, and leads nowhere else.
mkdir -p planted
echo secret-of-the-manager >planted/secret
plant() { as_manager cp -a clone/releases clone/planted; }
at_planted() { as_manager hallmark --root /mnt/clone/planted "$@"; }
forget_planted() { rm -rf clone/planted; }
plant && ln -sf ../../planted/secret clone/planted/terminal-group
refused 3 'leads through a link' 'a group that is a link' at_planted approve tool 1.0 --key /mnt/clone/bob --offline
check 'the secret is in no statement' test -z "$(grep -rl secret-of-the-manager clone/planted)"
forget_planted && plant && cp terminal/terminal.json clone/planted/ && cp -r clone/planted/products clone/planted/was
refused 1 'is a clone of the releases repository' 'a clone that says it is a terminal' at_planted status
rm -rf clone/planted/.git
refused 1 'is a clone of the releases repository' 'the same without .git' at_planted status
forget_planted && plant
touch clone/planted/.init-in-progress && chown -R manager: clone/planted
refused 1 'holds something else' 'a clone that asks to be made anew' at_planted init --demo
check 'it is still there' test -d clone/planted/.git
forget_planted && plant && rm -r clone/planted/approvals && ln -s ../../planted clone/planted/approvals && chown manager planted
refused 3 'leads through a link' 'approvals that are elsewhere' at_planted approve tool 1.0 --key /mnt/clone/bob --offline
check 'nothing was written there' test secret = "$(ls planted)"
forget_planted

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

# Another group's name: who is led to sign for it has signed nothing for this one.
on_terminal add . && on_terminal commit --quiet --message=changed
as_manager git -C /mnt/clone/releases pull --quiet
echo '../x' >clone/releases/terminal-group
refused 1 'is not the name of a group' 'a group that is no name' bob_approves --offline
approvals=terminal/releases/approvals/tool/1.0
for group in other demo; do
  echo "$group" >clone/releases/terminal-group
  check "alice's approval for group $group" elsewhere approve tool 1.0 --key /mnt/clone/alice --offline
  check "bob's" bob_approves --offline
  rm -f "$approvals"/* && cp clone/releases/approvals/tool/1.0/* "$approvals/"
  hallmark release tool 1.0 >"release-$group" 2>&1 || true
done
check 'that for another group counts for nothing' grep -q '0 of 2 approvals: nobody' release-other
check 'that for this one counts' grep -q '2 of 2 approvals: alice, bob' release-demo
