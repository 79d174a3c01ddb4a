#!/usr/bin/env bash
# `weft sweep --on slurm` against a real Slurm: arrays, requeueing, a time limit, failing and canceled runs, wrong input.
# Usage: slurm_test.sh WEFT_PROGRAM. Exits with 77 where Slurm cannot be started.
set -euo pipefail

weft=$(realpath "$1")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$(mktemp -d "${TMPDIR:-/tmp}/weft-slurm-XXXXXX")
trap '"$here/cluster.sh" stop "$folder/cluster"; rm -rf "$folder"' EXIT
"$here/cluster.sh" start "$folder/cluster" || exit
export SLURM_CONF=$folder/cluster/slurm.conf
cd "$folder"

graph=$here/sweep.toml
fail() { echo "slurm_test: $1"; sed 's/^/  /' output.txt; exit 1; }
# on_slurm CODE WORD... : a sweep on Slurm that has to end with this exit code; its output is in output.txt.
on_slurm() {
  local code=$1 found=0
  shift
  "$weft" sweep "$@" --on slurm >output.txt 2>&1 || found=$?
  [ "$found" = "$code" ] || fail "exit code $found instead of $code from: $*"
}
says() { grep -qF -- "$1" output.txt || fail "this is missing: $1"; }
# wait_until SECONDS COMMAND...
wait_until() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    [ $SECONDS -lt $end ] || { squeue; fail "this did not happen in time: $*"; }
    sleep 0.3
  done
}
queue_is_empty() { [ -z "$(squeue --noheader --states PENDING,RUNNING,COMPLETING,REQUEUED)" ]; }
# Slurm lets a requeued element wait for two minutes; three seconds will do. A node refuses what comes sooner, because it
# revoked the credential of the same job in that second.
declare -A requeued_at
hurry() {
  local id reason
  while read -r id reason; do
    [ "$reason" = BeginTime ] || continue
    requeued_at[$id]=${requeued_at[$id]:-$SECONDS}
    [ $((SECONDS - requeued_at[$id])) -ge 3 ] || continue
    scontrol update "JobId=$id" StartTime=now
    unset "requeued_at[$id]"
  done < <(squeue --noheader --array --states PENDING --format "%i %r")
}
all_done() { hurry; queue_is_empty; }
is_running() { [ -n "$(squeue --noheader --array --states RUNNING --format %i)" ]; }
equal() { cmp "$1" "$2" || { : >output.txt; fail "$1 and $2 differ"; }; }

echo "== 40 runs in 10 elements of two arrays; one is requeued while it runs"
# shellcheck disable=SC2054  # commas separate swept values
arguments=("$graph" --set components.agent.gamma=0.9,0.99 --seeds 0..19 --out forty)
on_slurm 0 "${arguments[@]}" --pack 4 --slurm "--time=10"
says "40 runs: 40 without a job"
says "submitted 40 runs in 10 array elements: jobs "
wait_until 60 is_running
scontrol requeue "$(squeue --noheader --array --states RUNNING --format %i | head -n 1)"
on_slurm 0 "${arguments[@]}"
grep -qE "^40 runs: .*(running|waiting)" output.txt || fail "nothing is under way"
wait_until 300 all_done
on_slurm 0 "${arguments[@]}"
says "40 runs: 40 done"
"$weft" sweep "$graph" --set components.agent.gamma=0.9,0.99 --seeds 0..19 --out local >/dev/null 2>&1
equal forty/table.csv local/table.csv
on_slurm 0 "${arguments[@]}" --resubmit
says "40 runs: 40 done"

echo "== a time limit: the run saves, its element requeues itself, and it continues"
long=("$graph" --ticks 60000 --set run.checkpoint=60000 --seeds 0 --out "$folder/long")
on_slurm 0 "${long[@]}" --slurm "--time=1 --signal=B:USR1@55"
# However fast the machine is, the run must not finish before the notice, which Slurm may send half a minute late.
run_of_long() { pgrep -f "weft run .*--out $folder/long/0 "; }
has_begun() { run_of_long >/dev/null; }
wait_until 60 has_begun
kill -STOP "$(run_of_long)"
wait_until 90 grep -qs "finishing the tick and saving 1 run" long/slurm/*
kill -CONT "$(run_of_long)"
wait_until 300 all_done
on_slurm 0 "${long[@]}"
says "1 run: 1 done"
[ "$(grep -c ,130 long/0.slurm.csv)" -ge 1 ] || { cp long/0.slurm.csv output.txt; fail "the run was never requeued"; }
"$weft" sweep "$graph" --ticks 60000 --set run.checkpoint=60000 --seeds 0 --out long_local >/dev/null 2>&1
equal long/table.csv long_local/table.csv

echo "== failing runs are named with reason and node, and can be submitted again"
# shellcheck disable=SC2054
failing=("$graph" --set components.agent.critic_learning_rate=3e-4,1e30 --seeds 0,1 --out failing)
on_slurm 0 "${failing[@]}"
wait_until 120 all_done
on_slurm 4 "${failing[@]}"
says "4 runs: 2 done, 2 failed"
grep -qE "failed on n[12]: agent.critic_learning_rate=1e30, seed 0: .*loss is" output.txt || fail "the reason or the node is missing"
says "rerun the command with --resubmit to submit 2 runs again"
on_slurm 0 "${failing[@]}" --resubmit
says "submitted 2 runs in 1 array element"

echo "== a finished sweep can be given more ticks"
# shellcheck disable=SC2054
more=("$graph" --seeds 0,1 --ticks 2000 --out more)
on_slurm 0 "${more[@]}"
wait_until 120 all_done
# shellcheck disable=SC2054
more=("$graph" --seeds 0,1 --ticks 2500 --out more)
on_slurm 0 "${more[@]}"
says "2 runs: 2 interrupted"
on_slurm 0 "${more[@]}" --resubmit
wait_until 120 all_done
on_slurm 0 "${more[@]}"
says "2 runs: 2 done"

echo "== an element refuses plugins that were rebuilt since they were submitted"
sed -E 's/(agent_sac\.so": *")[0-9a-f]+/\100000000/' more/slurm/submission_0.json >rebuilt.json
code=0
"$weft" slurm-element rebuilt.json 0 >output.txt 2>&1 || code=$?
[ $code = 2 ] || fail "exit code $code instead of 2"
says "agent_sac.so' was rebuilt since the sweep was submitted"

echo "== --cancel ends the sweep's own jobs and no others"
sbatch --parsable --wrap "sleep 60" --output /dev/null >other
canceled=("$graph" --ticks 1000000 --seeds 0..7 --out canceled)
on_slurm 0 "${canceled[@]}"
on_slurm 0 "${canceled[@]}" --cancel
says "canceled job "
[ -n "$(squeue --noheader --job "$(cat other)")" ] || fail "another job was canceled, too"
scancel "$(cat other)"
wait_until 60 all_done
on_slurm 0 "${canceled[@]}"
says "8 runs: "
says "with --resubmit to submit 8 runs again"

echo "== wrong input: a clear error, and nothing is submitted"
on_slurm 2 "$graph" --seeds 0 --out wrong --slurm "--partition=none"
says "nothing was submitted: change the options in --slurm"
says "invalid partition specified"
on_slurm 2 "$graph" --seeds 0 --out wrong --slurm '--time=1 \q'
says "--slurm --time=1 \q: error: expected options as in a shell"
on_slurm 2 "$graph" --seeds 0 --out wrong --slurm-setup absent.sh
says "--slurm-setup absent.sh: error: there is no such file"
on_slurm 2 "$graph" --set components.agent.gamma=0.5,0.6 --seeds 0 --out failing
says "holds a sweep over 'components.agent.critic_learning_rate'"
PATH=/nowhere "$weft" sweep "$graph" --seeds 0 --out wrong --on slurm >output.txt 2>&1 && fail "it found sbatch"
says "cannot start 'sbatch', a command of Slurm: it is not on the PATH"
mkdir bin
printf '#!/bin/sh\necho far.example.org\n' >bin/sinfo
chmod +x bin/sinfo
(PATH=$PWD/bin:$PATH on_slurm 2 "$graph" --seeds 0 --out /tmp/weft-nowhere-at-all)
says "is on this machine's own disk, and jobs run on others, such as far.example.org"
[ ! -e /tmp/weft-nowhere-at-all ] || fail "the folder was made"
queue_is_empty || fail "something was submitted"
echo "all passed"
