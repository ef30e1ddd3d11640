# Twenty writers at once, some of them killed: nothing that was acknowledged is lost, and the repository is the same
# as if one had written it all.

hallmark init --demo 2>init.txt || fail 'init'
for number in {1..20}; do make_deb "package$number" 1.0; done

# include NUMBER: notes that it was done only after hallmark said so.
include() { hallmark repo include stable "package$1_1.0_all.deb" >"said.$1" 2>&1 && : >"done.$1"; }
writers=()
for number in {1..20}; do
  include "$number" &
  writers+=($!)
done
wait "${writers[@]}" || true
for number in {1..20}; do [[ -e done.$number ]] || { cat "said.$number"; fail "writer $number failed"; }; done
included() { hallmark repo list stable | sort; }
check 'twenty packages of twenty writers' test 20 = "$(included | wc -l)"

for number in {1..20}; do
  rm -rf "done.$number"
  make_deb "package$number" 2.0
done
again() { hallmark repo include stable "package$1_2.0_all.deb" >"said.$1" 2>&1 && : >"done.$1"; }
for number in {1..20}; do
  (again "$number") &
done
killed=0
for moment in 0.1 0.2 0.3 0.4; do
  sleep "$moment"
  for folder in /proc/[0-9]*; do
    [[ $(cat "$folder/comm" 2>/dev/null) == hallmark-push ]] || continue
    if kill -KILL "${folder#/proc/}" 2>/dev/null; then killed=$((killed + 1)); fi
    break
  done
done
wait
[[ $killed -gt 0 ]] || fail 'no writer was there to be killed'
included >after_kills
lost=''
for number in {1..20}; do
  [[ ! -e done.$number ]] || grep -q " package$number 2.0 " after_kills || lost+=" $number"
done
[[ -z $lost ]] || fail "acknowledged and lost:$lost"
echo "ok: $killed writers killed, $(ls done.* | wc -l) of 20 said that they were done, and nothing of theirs is lost"
for number in {1..20}; do
  [[ -e done.$number ]] || check "writer $number goes on" again "$number"
done
check 'forty packages' test 40 = "$(included | wc -l)"

check 'the indices' hallmark repo compose stable
grep -q '^stable: 3 indices, in /mnt/terminal/push/tree$' said.txt || { cat said.txt; fail 'what was composed is not said'; }
check 'and again' hallmark repo compose stable
grep -q '^stable: nothing new' said.txt || { cat said.txt; fail 'what was composed is not said'; }
check 'the repository of many writers' hallmark repo compose stable -o many
mv terminal terminal.many
hallmark init --demo 2>init.txt || fail 'init'
check 'one writer' hallmark repo include stable package*.deb
check 'the repository of one writer' hallmark repo compose stable -o one
check 'is the same' diff -r many one
