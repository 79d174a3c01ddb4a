#!/usr/bin/env bash
# The complete loss study: data, fits, tables and figures. README.md beside this script says what it shows and how long
# it takes. Finished work is kept: rerun after an interruption, the script continues where it stopped.
#
#   graphs/pendulum_study/study.sh [--quick | --variants | --runs | --online] [--jobs N]
#
# --quick: only the linear model, with 4 seeds, and the surfaces. --variants: the losses under other settings, 3 seeds.
# --runs: the losses on eight runs of SAC, one after the other. --online: the losses learned online, with 0 to 15
# distracting dimensions at two scales, eight seeds. What a seed of these two gave is kept in results/, and is skipped
# when it is there.
# The program is build/bin/weft, or the one that WEFT names. Tables go to standard output, everything else to standard
# error.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
weft=${WEFT:-$here/../../build/bin/weft}
data=$here/data        # what the graphs read
runs=$here/data/runs   # everything else
jobs=$(nproc)
part=study
while [ $# -gt 0 ]; do
  case $1 in
    --quick | --variants | --runs | --online) part=${1#--} ;;
    --jobs) jobs=${2:?--jobs needs a number}; shift ;;
    *) echo "study.sh: unknown option '$1'; expected --quick, --variants, --runs, --online or --jobs N" >&2; exit 2 ;;
  esac
  shift
done
[ -x "$weft" ] || { echo "study.sh: no program '$weft'; run ./bootstrap.sh build, or set WEFT" >&2; exit 2; }
mkdir -p "$runs"

# collect FILES_SUFFIX GRAPH [OPTION...]: one run of SAC, unless its files exist.
collect() {
  local suffix=$1 graph=$2
  shift 2
  if [ -f "$data/rows$suffix.h5" ] && [ -f "$data/values$suffix.h5" ]; then return; fi
  "$weft" run "$here/$graph" --threads 1 --out "$runs/collect$suffix" --replace \
    --set "stages.save_rows.out=$data/rows$suffix.h5" --set "stages.save_value.out=$data/values$suffix.h5" "$@" >&2
}

# keep NAME SWEEP [METRIC]...: the rows of the errors, and of these metrics, become the committed table NAME.
keep() {
  local name=$1 sweep=$2 metric pattern='errors\.(value_error|relative_value_error|td_error|mse)'
  shift 2
  for metric in "$@"; do pattern="$pattern|$metric"; done
  mkdir -p "$here/results"
  grep -E "^graph|,($pattern)," "$sweep/table.csv" >"$here/results/$name.csv.tmp"
  mv "$here/results/$name.csv.tmp" "$here/results/$name.csv"
}

sweep() { "$weft" sweep "$@" --jobs "$jobs" >&2; }

losses=mse,itervaml,vagram,inner  # in the order of their colors

figure() {
  local name=$1
  shift
  "$weft" plot "$@" --out "$data/$name.png" --out "$data/$name.svg" >&2
}

# lines NAME SWEEP METRIC [OPTION...]: a figure with a line for each loss.
lines() {
  local name=$1 sweep=$2 metric=$3
  shift 3
  figure "$name" "$runs/$sweep" --metric "$metric" --lines stages.fit.loss --colors "$losses" --log-y "$@"
}

# table TITLE SWEEP METRIC [OPTION...]
table() {
  local title=$1 sweep=$2 metric=$3
  shift 3
  printf '\n%s\n\n' "$title"
  "$weft" table "$runs/$sweep" --metric "$metric" "$@"
}

# variant NAME TITLE GRAPH [OPTION...]: three losses under other settings.
variant() {
  local name=$1 title=$2 graph=$3
  shift 3
  sweep "$here/$graph" --set stages.fit.loss=mse,itervaml,vagram --seeds 0..2 --out "$runs/variants/$name" "$@"
  table "$title: value error, mean of iterations 1 to 10" "variants/$name" errors.value_error \
    --columns stages.fit.loss --ticks 1..10
  table "$title: value error, mean of iterations 51 to 200" "variants/$name" errors.value_error \
    --columns stages.fit.loss --ticks 51..200
}

# collected_variant NAME TITLE COLLECT_OPTION... -- [OPTION...]: the same with rows and value functions of another run of
# SAC.
collected_variant() {
  local name=$1 title=$2
  local -a of_collection=()
  shift 2
  while [ "$1" != -- ]; do
    of_collection+=("$1")
    shift
  done
  shift
  collect "_$name" collect.toml "${of_collection[@]}"
  variant "$name" "$title" variants.toml --set "components.training.file=$data/rows_$name.h5" \
    --set "components.held_out.file=$data/rows_$name.h5" --set "stages.next_value.file=$data/values_$name.h5" "$@"
}

if [ "$part" = runs ]; then
  for seed in 0 1 2 3 4 5 6 7; do
    result=$here/results/runs_$seed.csv
    [ ! -f "$result" ] || continue
    collect "_run$seed" collect.toml --seed "$seed"
    fit=("$here/variants.toml" --seeds "$seed" --set "components.training.file=$data/rows_run$seed.h5"
      --set "components.held_out.file=$data/rows_run$seed.h5" --set "stages.next_value.file=$data/values_run$seed.h5"
      --set components.model.heads=gaussian --set components.model.use=model.linear,model.mlp_ensemble
      --set components.model.normalize_targets=false,true)
    sweep "${fit[@]}" --set stages.fit.loss=mse,nll,itervaml,vagram --set components.vagram.clip_quantile=0.95 \
      --out "$runs/runs/losses_$seed"
    sweep "${fit[@]}" --set stages.fit.loss=vagram --set components.vagram.clip_quantile=1,0.95 --out "$runs/runs/clip_$seed"
    keep "clip_$seed" "$runs/runs/clip_$seed"
    keep "runs_$seed" "$runs/runs/losses_$seed"
  done
  exit 0
fi

if [ "$part" = online ]; then
  for seed in 0 1 2 3 4 5 6 7; do
    [ ! -f "$here/results/online_$seed.csv" ] || continue
    arms=("$here"/online{,_mse,_nll,_nll_clamped}.toml --seeds "$seed")
    sweep "${arms[@]}" --set components.env.count=0 --out "$runs/online_k0_$seed"
    sweep "${arms[@]}" --set components.env.count=5,10,15 --set components.env.scale=0.02,1 --out "$runs/online_$seed"
    keep "online_k0_$seed" "$runs/online_k0_$seed" 'evaluate\.return_mean'
    keep "online_$seed" "$runs/online_$seed" 'evaluate\.return_mean'
  done
  exit 0
fi

collect "" collect.toml

if [ "$part" = variants ]; then
  variant fits "Widths, learning rates and epochs per iteration" variants.toml \
    --set "components.model.hidden=[8],[16,16],[64,64]" --set stages.fit.learning_rate=1e-3,1e-2 \
    --set stages.fit.max_epochs=1,5
  variant rows "Only the first 1 000 rows" variants.toml --set components.training.first_rows=1000
  variant heads "Four value heads" variants.toml --set components.agent.value_heads=all
  collected_variant unscaled "Unscaled rewards" --set components.agent.reward_scale=1 --
  collected_variant often "A snapshot every 100 steps" --set schedule.save_value.every=100 -- \
    --set schedule.next_value.every=2
  collected_variant jump "V of the bare angle, not periodic" --set components.agent.features=none -- \
    --set components.agent.features=none
  collected_variant trained "Value functions of a trained agent, 20 iterations each" \
    --set schedule.save_value.from=5500 -- --set schedule.next_value.every=20
  collect _k15_equal collect_distracted.toml --set components.env.count=15 --set components.env.scale=0.02
  variant distracted "15 distractors at the pendulum's own scale" equal_k15.toml \
    --set "components.model.hidden=[16,16],[64,64]" --set stages.fit.learning_rate=1e-3,1e-2
  exit 0
fi

"$weft" run "$here/surfaces.toml" --threads 1 --out "$runs/surfaces" --replace >&2
figure surfaces --map "$runs"/surfaces/files/surface_{value,itervaml,mse,vagram}.csv --mark=-0.75,2 --x-label theta --y-label theta_dot

if [ "$part" = quick ]; then
  sweep "$here/linear.toml" --set stages.fit.loss=mse,itervaml,vagram --seeds 0..3 --out "$runs/quick"
  lines quick quick errors.value_error --x-label iteration --y-label "value error"
  table "Value error, mean of iterations 51 to 200" quick errors.value_error --ticks 51..200
  exit 0
fi

for count in 0 5 10 15; do
  collect "_k$count" collect_distracted.toml --set "components.env.count=$count"
done
for count in 5 10 15; do
  collect "_k${count}_equal" collect_distracted.toml --set "components.env.count=$count" --set components.env.scale=0.02
done
sweep "$here"/{linear,mlp}.toml --set "stages.fit.loss=$losses" --seeds 0..15 --out "$runs/losses"
lines losses losses errors.value_error --panels graph --x-label iteration --y-label "value error"
sweep "$here"/{distracted_k{0,5,10,15},equal_k{5,10,15}}.toml --set stages.fit.loss=mse,vagram \
  --set "components.model.hidden=[4,4],[8,8],[16,16],[64,64]" --seeds 0..7 --out "$runs/distracted"
for scale in "" _equal; do
  lines "distracted$scale" distracted errors.relative_value_error --panels graph \
    --where "graph=k0,k5$scale,k10$scale,k15$scale" --x components.model.hidden --x-label "hidden layers" \
    --y-label "share of a constant's value error"
done

table "Value error, last iteration" losses errors.value_error --columns graph
for ticks in 1..10 11..50 51..100 101..150 151..200 51..200; do
  table "Value error, mean of iterations $ticks" losses errors.value_error --columns graph --ticks "$ticks"
done
for loss in ${losses//,/ }; do
  table "Spearman's correlation of $loss with the value error, models fitted with mse, mean of iterations 51..200" \
    losses "agreement_$loss.rank_correlation" --where stages.fit.loss=mse --columns graph --ticks 51..200
done
for suffix in "" _k0 _k5 _k10 _k15 _k5_equal _k10_equal _k15_equal; do
  table "Return of SAC at its end, collect$suffix" "collect$suffix" evaluate.return_mean
done
table "Value error as a share of that of predicting the mean change, last iteration" distracted \
  errors.relative_value_error --columns stages.fit.loss
