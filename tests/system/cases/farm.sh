# An owner's farm: Slurm, as Debian has it, runs image/farm/rebuild-job for each line of a list. Three jobs: one that
# reproduces, one whose lock was edited, one whose lock is not there.

. "$scripts/lib/slurm.sh"
farm=$here/../../image/farm
as_rebuilder() {
  setpriv --reuid rebuilder --regid rebuilder --init-groups env -i HOME=/mnt/rebuilder PATH="$PATH" \
    SLURM_CONF=/mnt/slurm/slurm.conf "$@"
}

cp -r terminal/releases bundle
jq '(.environments[0].packages[] | select(.name == "bash") | .sha256) |= "0" * 64' \
  "bundle/products/figlet/$figlet.lock.json" >"bundle/products/figlet/edited.lock.json"
printf 'products/figlet/%s.lock.json\n' "$figlet" edited gone >bundle/jobs
# Programs of the farm, where its nodes' users may run them.
cp -r "$farm" farm
chmod -R go+rX bundle farm

as_rebuilder mkdir rebuilder/results
refused 2 'which job' 'a job without a number' as_rebuilder farm/rebuild-job bundle rebuilder/results
refused 2 'no line 9' 'a job that is not in the list' as_rebuilder JOB=9 farm/rebuild-job bundle rebuilder/results
mkdir other
printf 'keyrings/figlet.asc\n' >other/jobs
refused 2 'not the path of a lock' 'a line that leads elsewhere' as_rebuilder JOB=1 farm/rebuild-job other rebuilder/results
printf 'products/../../x/1.lock.json\n' >other/jobs
refused 2 'leads out of the clone' 'a line with ..' as_rebuilder JOB=1 farm/rebuild-job other rebuilder/results
refused 2 'has no file jobs' 'results of what is no bundle' farm/rebuild-results rebuilder rebuilder/results
refused 1 'no result' 'results before there are any' farm/rebuild-results bundle rebuilder/results
mkdir unended
printf 'products/figlet/1.lock.json' >unended/jobs
refused 1 '^no result.products/figlet/1' 'a last line without its end' farm/rebuild-results unended rebuilder/results

# Nothing of what was built before is at hand, so the job has to build.
rm -r rebuilder/.cache/hallmark/build/out
mkdir slurm
check 'slurmctld and slurmd' slurm_start slurm
array() {
  as_rebuilder sbatch --wait --array="$1" --output=rebuilder/results/slurm-%a.log farm/rebuild-job bundle rebuilder/results "${@:2}"
}
# sbatch gives the highest exit status of all: 5, since the bytes that the edited lock names are nowhere.
refused 5 'Submitted batch job' 'a job array' array 1-3 --against host/srv/hallmark/www --key rebuilder/key
refused 1 '^reproduced.products/figlet/2' 'the results' farm/rebuild-results bundle rebuilder/results
grep -q '^failed (5).*edited.*bash' said.txt || fail 'the edited lock is not said to be refused'
grep -q '^failed (1).*gone' said.txt || fail 'the lock that is not there is not said to be missing'
[[ -n $(find rebuilder/.cache/hallmark/build/out -name '*.deb') ]] || fail 'nothing was built'
check 'the job says what it compared' jq -e '[.targets[].artefacts[].published] | index("equal")' rebuilder/results/1.json
[[ $(find rebuilder/results/attested -name '*.attestation.json' | wc -l) -eq 1 ]] || fail 'not just one is attested'

# Whatever the farm's size, its owner has one vote: the same said again, and by another job, counts once.
export HALLMARK_ROOT=/mnt/team
check 'what the farm attested' hallmark attest import rebuilder/results/attested/*.attestation.json
check 'is one vote' jq -e '[.attestations[] | select(.counts) | .owner] | unique == ["stranger"]' \
  <(hallmark attest list figlet "$figlet" --json)

export HALLMARK_ROOT=/mnt/terminal
refused 3 'Submitted batch job' 'one job again, against a mirror with something else' array 1 --against rebuilder/mirror
refused 3 '^disagrees.products/figlet/2.*other bytes' 'which is said' farm/rebuild-results bundle rebuilder/results
