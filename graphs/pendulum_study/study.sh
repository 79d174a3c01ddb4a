#!/usr/bin/env bash
# The complete loss study: data, fits, tables and figures. README.md beside this script says what it shows and how long
# it takes. Finished work is kept: rerun after an interruption, the script continues where it stopped.
#
#   graphs/pendulum_study/study.sh [--quick | --variants | --runs | --tune | --capacity | --online] [--jobs N]
#
# --quick: only the linear model, with 4 seeds, and the surfaces. --variants: the losses under other settings, 3 seeds.
# --runs: the losses on eight runs of SAC, one after the other. --capacity: models of four widths, with 0 to 15
# distracting dimensions at two scales, on eight runs of SAC; --tune: the learning rates for it, on a ninth. --online: the
# losses learned online, with the same dimensions, eight seeds. What a seed of --runs, --capacity and --online gave is kept
# in results/, and is skipped when it is there.
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
    --quick | --variants | --runs | --tune | --capacity | --online) part=${1#--} ;;
    --jobs) jobs=${2:?--jobs needs a number}; shift ;;
    *) echo "study.sh: unknown option '$1'; expected --quick, --variants, --runs, --tune, --capacity, --online or --jobs N" >&2; exit 2 ;;
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

# keep NAME TABLE METRICS: the rows of these metrics (a regular expression) become the committed table NAME.
keep() {
  mkdir -p "$here/results"
  grep -E "^graph|,($3)," "$2" >"$here/results/$1.csv.tmp"
  mv "$here/results/$1.csv.tmp" "$here/results/$1.csv"
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
      --set components.model.heads=gaussian)
    # shellcheck disable=SC2054  # commas separate swept values
    models=(--set components.model.use=model.linear,model.mlp_ensemble --set components.model.normalize_targets=false,true)
    sweep "${fit[@]}" "${models[@]}" --set stages.fit.loss=mse,nll,itervaml,vagram \
      --set components.vagram.clip_quantile=0.95 --out "$runs/runs/losses_$seed"
    sweep "${fit[@]}" "${models[@]}" --set stages.fit.loss=vagram --set components.vagram.clip_quantile=1,0.95 \
      --out "$runs/runs/clip_$seed"
    sweep "${fit[@]}" --set stages.fit.loss=mse,nll,itervaml,vagram --set stages.fit.max_epochs=5 \
      --out "$runs/runs/epochs_$seed"
    keep "clip_$seed" "$runs/runs/clip_$seed/table.csv" 'errors\.value_error'
    keep "epochs_$seed" "$runs/runs/epochs_$seed/table.csv" 'errors\.value_error'
    keep "runs_$seed" "$runs/runs/losses_$seed/table.csv" 'errors\.value_error'
  done
  exit 0
fi

# capacity SEED COUNT SCALE NAME [OPTION...]: models of one pendulum, fitted with every loss to a run of SAC.
capacity() {
  local seed=$1 count=$2 scale=$3 name=$4 suffix=_capacity_$1_$2_$3
  shift 4
  collect "$suffix" collect_distracted.toml --seed "$seed" --set "components.env.count=$count" \
    --set "components.env.scale=$scale" --set schedule.save_value.every=10_000
  local -a fit=(--seeds "$seed" --set "components.env.count=$count" --set "components.env.scale=$scale"
    --set "components.training.file=$data/rows$suffix.h5" --set "components.held_out.file=$data/rows$suffix.h5"
    --set "stages.load_value.file=$data/values$suffix.h5")
  sweep "$here"/capacity{,_mse,_mse_normalized,_nll,_itervaml}.toml "${fit[@]}" "$@" --out "$runs/$name$suffix"
  [ "$name" = tune ] || sweep "$here/capacity_linear.toml" "${fit[@]}" --out "$runs/linear$suffix"
}

# with_setting COUNT SCALE: puts both into a table of a sweep that does not vary them.
with_setting() {
  sed -E "1s/^graph/graph,components.env.count,components.env.scale/; 2,\$s/^([^,]*)/\1,$1,$2/"
}

settings=("0 1" "5 0.02" "5 1" "10 0.02" "10 1" "15 0.02" "15 1")  # count and scale of the distracting dimensions

if [ "$part" = tune ]; then
  for setting in "15 0.02" "15 1"; do
    read -r count scale <<<"$setting"
    capacity 8 "$count" "$scale" tune --set "components.model.hidden=[8,8],[64,64]" \
      --set stages.fit.learning_rate=1e-3,3e-3,1e-2
    table "Value error as a share of a constant's, 15 dimensions, scale $scale" "tune_capacity_8_${count}_$scale" \
      errors.relative_value_error --columns stages.fit.learning_rate
  done
  exit 0
fi

if [ "$part" = capacity ]; then
  for seed in 0 1 2 3 4 5 6 7; do
    [ ! -f "$here/results/capacity_$seed.csv" ] || continue
    for setting in "${settings[@]}"; do
      read -r count scale <<<"$setting"
      capacity "$seed" "$count" "$scale" fits --set "components.model.hidden=[4,4],[8,8],[16,16],[64,64]"
    done
    for kind in fits linear; do
      for setting in "${settings[@]}"; do
        read -r count scale <<<"$setting"
        with_setting "$count" "$scale" <"$runs/${kind}_capacity_${seed}_${count}_$scale/table.csv"
      done | awk 'NR == 1 || !/^graph,/' >"$runs/$kind.csv"
    done
    keep "capacity_linear_$seed" "$runs/linear.csv" 'errors\.relative_value_error'
    keep "capacity_$seed" "$runs/fits.csv" 'errors\.relative_value_error'
  done
  exit 0
fi

if [ "$part" = online ]; then
  for seed in 0 1 2 3 4 5 6 7; do
    for arm in "" _mse _nll _nll_normalized _nll_clamped; do
      name=${arm:-_vagram}_$seed
      [ ! -f "$here/results/online$name.csv" ] || continue
      arguments=("$here/online$arm.toml" --seeds "$seed")
      sweep "${arguments[@]}" --set components.env.count=0 --out "$runs/alone$name"
      sweep "${arguments[@]}" --set components.env.count=5,10,15 --set components.env.scale=0.02,1 --out "$runs/online$name"
      keep "alone$name" "$runs/alone$name/table.csv" 'errors\.relative_value_error|evaluate\.return_mean'
      keep "online$name" "$runs/online$name/table.csv" 'errors\.relative_value_error|evaluate\.return_mean'
    done
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

sweep "$here"/{linear,mlp}.toml --set "stages.fit.loss=$losses" --seeds 0..15 --out "$runs/losses"
lines losses losses errors.value_error --panels graph --x-label iteration --y-label "value error"

table "Value error, last iteration" losses errors.value_error --columns graph
for ticks in 1..10 11..50 51..100 101..150 151..200 51..200; do
  table "Value error, mean of iterations $ticks" losses errors.value_error --columns graph --ticks "$ticks"
done
for loss in ${losses//,/ }; do
  table "Spearman's correlation of $loss with the value error, models fitted with mse, mean of iterations 51..200" \
    losses "agreement_$loss.rank_correlation" --where stages.fit.loss=mse --columns graph --ticks 51..200
done
table "Return of SAC at its end" collect evaluate.return_mean
