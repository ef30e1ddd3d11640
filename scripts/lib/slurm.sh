# A Slurm of one machine, on loopback: Debian's slurmctld, slurmd and munged. Sourced, by root, in namespaces that end them.
#
# slurm_start DIR: from then on sbatch, sinfo and the others talk to it, with SLURM_CONF=DIR/slurm.conf. DIR must be a
# place that every user may enter.
slurm_start() {
  local dir name
  dir=$(readlink -f "$1")
  name=$(uname -n)
  mkdir -p "$dir/state" "$dir/spool" "$dir/munge"
  # What each program of the farm proves with that it is one.
  (umask 077; head -c 64 /dev/urandom >"$dir/munge/key")
  /usr/sbin/munged --foreground --key-file="$dir/munge/key" \
    --socket="$dir/munge/socket" --pid-file="$dir/munge/pid" --log-file="$dir/munge/log" \
    --seed-file="$dir/munge/seed" 2>"$dir/munged.said" &
  cat >"$dir/slurm.conf" <<CONF
ClusterName=farm
SlurmctldHost=$name(127.0.0.1)
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$dir/munge/socket
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd.pid
SlurmctldLogFile=$dir/slurmctld.log
SlurmdLogFile=$dir/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
NodeName=$name NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=$name Default=YES MaxTime=INFINITE State=UP
CONF
  local -x SLURM_CONF=$dir/slurm.conf
  # Slurm looks addresses up as for a network: it wants one that is not loopback's own to be there.
  ip address add 192.0.2.1/32 dev lo
  slurm_wait 'munged' test -S "$dir/munge/socket"
  /usr/sbin/slurmctld -D >"$dir/slurmctld.said" 2>&1 &
  /usr/sbin/slurmd -D -N "$name" >"$dir/slurmd.said" 2>&1 &
  slurm_wait 'a node that is idle' slurm_is_idle
}

slurm_is_idle() { [[ $(sinfo --noheader --format=%t 2>/dev/null) == idle ]]; }

# slurm_wait WHAT COMMAND...: until the command succeeds, for at most a minute.
slurm_wait() {
  local end=$((SECONDS + 60))
  until "${@:2}"; do
    if ((SECONDS > end)); then
      echo "slurm: error: $1: not within a minute" >&2
      return 1
    fi
    sleep 0.5
  done
}
