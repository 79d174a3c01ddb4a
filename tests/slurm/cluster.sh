#!/usr/bin/env bash
# A real Slurm of two nodes on this machine, all of it in one folder: start it, put SLURM_CONF=FOLDER/slurm.conf into the
# environment, and sbatch, squeue and the others talk to it. A Slurm that the machine itself belongs to is left alone.
#
#   tests/slurm/cluster.sh start FOLDER     needs root, and slurmctld, slurmd and slurm-client (./bootstrap.sh tools)
#   tests/slurm/cluster.sh stop FOLDER
#   tests/slurm/cluster.sh stop FOLDER n2   only that node, as if it failed
#
# Arrays have at most 6 elements, so that sweeps of a few runs need several. Exits with 77 where it cannot be started.
set -euo pipefail

command=${1:?start or stop} folder=${2:?FOLDER} only=${3:-}
stop() {
  local file
  for file in "$folder/${only:-controller}.pid" "$folder/${only:-n1}.pid" "$folder/${only:-n2}.pid"; do
    [ ! -f "$file" ] || kill "$(cat "$file")" 2>/dev/null || true
  done
}
[ "$command" != stop ] || { stop; exit 0; }
cannot() { echo "cluster: $1"; exit 77; }
[ "$(id -u)" -eq 0 ] || cannot "it needs root"
for program in slurmctld slurmd sbatch; do
  command -v "$program" >/dev/null || cannot "there is no $program; ./bootstrap.sh tools installs it"
done

mkdir -p "$folder/state"
folder=$(cd "$folder" && pwd)
host=$(hostname -s)
first_port=$((20000 + RANDOM % 20000))
cat >"$folder/slurm.conf" <<CONF
ClusterName=weft
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$first_port
SlurmUser=root
SlurmdUser=root
AuthType=auth/none
CredType=cred/none
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool-%n
SlurmctldLogFile=$folder/controller.log
SlurmdLogFile=$folder/%n.log
SlurmctldPidFile=$folder/controller.pid
SlurmdPidFile=$folder/%n.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
ReturnToService=2
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MaxArraySize=6
MinJobAge=60
SlurmdTimeout=10
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((first_port + 1)) CPUs=2 State=UNKNOWN
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((first_port + 2)) CPUs=2 State=UNKNOWN
PartitionName=all Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF=$folder/slurm.conf
if ! { slurmctld && slurmd -N n1 && slurmd -N n2; }; then
  stop
  cannot "its daemons do not start; see $folder/*.log"
fi
for _ in $(seq 100); do
  [ "$(sinfo --noheader --Node --format %T 2>/dev/null | grep -c idle)" -lt 2 ] || exit 0
  sleep 0.2
done
stop
cannot "its nodes do not come up; see $folder/*.log"
