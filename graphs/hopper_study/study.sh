#!/usr/bin/env bash
# The experiments of this folder, seed by seed. README.md says what they show and how long they take.
#
#   graphs/hopper_study/study.sh offline|online [--seeds "0 1 2"] [--jobs N]
#
# What a seed measured is kept in results/EXPERIMENT_SEED.csv, and a seed that has such a file is skipped: to repeat one,
# delete the file. An interrupted script continues where it stopped. Runs are in data/, which is not committed.
# The program is build/bin/weft, or the one that WEFT names.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
weft=${WEFT:-$here/../../build/bin/weft}
data=$here/data
results=$here/results
experiment=${1:-}
seeds="0 1 2 3 4 5 6 7"
jobs=$(nproc)
[ $# -eq 0 ] || shift
while [ $# -gt 0 ]; do
  case $1 in
    --seeds) seeds=${2:?--seeds needs seeds}; shift ;;
    --jobs) jobs=${2:?--jobs needs a number}; shift ;;
    *) echo "study.sh: unknown option '$1'; expected --seeds or --jobs" >&2; exit 2 ;;
  esac
  shift
done
[ -x "$weft" ] || { echo "study.sh: no program '$weft'; run ./bootstrap.sh build, or set WEFT" >&2; exit 2; }

# keep NAME SWEEP METRICS: the rows of these metrics (a regular expression) become the result NAME.
keep() {
  mkdir -p "$results"
  grep -E "^graph,|,($3)," "$2/table.csv" >"$results/$1.csv.tmp"
  mv "$results/$1.csv.tmp" "$results/$1.csv"
}

sweep() { "$weft" sweep "$@" --jobs "$jobs" >&2; }

# Model-free SAC records rows and a value function; models are fitted to them with each loss, at each size.
offline() {
  local seed=$1 files=$data/collect/$1
  if [ ! -f "$files/values.h5" ]; then
    "$weft" run "$here/collect.toml" --seed "$seed" --threads 1 --out "$data/collect/run_$seed" --replace \
      --set "stages.save_rows.out=$files/rows.h5" --set "stages.save_held_out.out=$files/held_out.h5" \
      --set "stages.save_value.out=$files/values.h5" >&2
  fi
  local -a fit=("$here/offline.toml" --seeds "$seed" --set "components.training.file=$files/rows.h5"
    --set "components.held_out.file=$files/held_out.h5" --set "stages.load_value.file=$files/values.h5"
    --set "components.model.hidden=[8,8],[16,16],[64,64],[200,200,200,200]")
  sweep "${fit[@]}" --set stages.fit.loss=mse,nll,itervaml,vagram --out "$data/offline_$seed"
  sweep "${fit[@]}" --set components.vagram.terminal_rows=as_is,mean,zero --out "$data/terminal_$seed"
  keep "offline_$seed" "$data/offline_$seed" 'errors\.(value_error|td_error|mse|reward_mse|relative_value_error)'
  keep "terminal_$seed" "$data/terminal_$seed" 'errors\.(value_error|td_error|mse|reward_mse|relative_value_error)'
}

# part NAME SEED GRAPH... [OPTION...]: the returns of runs that learn online.
part() {
  local name=$1_$2 seed=$2
  shift 2
  [ ! -f "$results/$name.csv" ] || return 0
  sweep "$@" --seeds "$seed" --out "$data/$name"
  keep "$name" "$data/$name" 'evaluate\.(return_mean|length_mean)'
}

# VaGraM and maximum likelihood with a large and a small model and with distracting dimensions, and SAC without a model.
online() {
  local seed=$1
  local -a losses=("$here/online.toml" "$here/online_nll.toml")
  part large "$seed" "${losses[@]}"
  part small "$seed" "${losses[@]}" --set "components.model.hidden=[64,64]"
  part distracted "$seed" "${losses[@]}" --set components.env.count=15
  part control "$seed" "$here/online_sac.toml"
}

case $experiment in
  offline)
    for seed in $seeds; do
      [ -f "$results/offline_$seed.csv" ] || offline "$seed"
    done ;;
  online)
    for seed in $seeds; do online "$seed"; done ;;
  *) echo "study.sh: expected an experiment: offline or online" >&2; exit 2 ;;
esac
