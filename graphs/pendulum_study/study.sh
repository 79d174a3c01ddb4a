#!/usr/bin/env bash
# The whole loss study: data, fits, tables and figures. See README.md beside this script for what it shows and how long
# it takes. What is done is kept: typed again after an interruption, it goes on where it was.
#
#   graphs/pendulum_study/study.sh [--quick] [--jobs N]
#
# --quick: the linear model and the surfaces alone, with 4 seeds. The program is build/bin/weft, or what WEFT names.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
weft=${WEFT:-$here/../../build/bin/weft}
data=$here/data        # what the graphs read
runs=$here/data/runs   # everything else
jobs=$(nproc)
quick=
while [ $# -gt 0 ]; do
  case $1 in
    --quick) quick=1 ;;
    --jobs) jobs=${2:?--jobs needs a number}; shift ;;
    *) echo "study.sh: unknown option '$1'; expected --quick or --jobs N" >&2; exit 2 ;;
  esac
  shift
done
[ -x "$weft" ] || { echo "study.sh: there is no program '$weft'; run ./bootstrap.sh build, or set WEFT" >&2; exit 2; }
mkdir -p "$runs"

# collect FILES_SUFFIX GRAPH [OPTION...]: one run of SAC, unless its files are there.
collect() {
  local suffix=$1 graph=$2
  shift 2
  if [ -f "$data/rows$suffix.h5" ] && [ -f "$data/values$suffix.h5" ]; then return; fi
  "$weft" run "$here/$graph" --threads 1 --out "$runs/collect$suffix" --replace \
    --set "stages.save_rows.out=$data/rows$suffix.h5" --set "stages.save_value.out=$data/values$suffix.h5" "$@"
}

figure() { local name=$1; shift; "$weft" plot "$@" --out "$data/$name.png" --out "$data/$name.svg"; }

collect "" collect.toml
"$weft" run "$here/surfaces.toml" --threads 1 --out "$runs/surfaces" --replace
figure surfaces --map "$data"/surface_{value,itervaml,mse,vagram}.csv --mark=-0.75,2

if [ -n "$quick" ]; then
  "$weft" sweep "$here/linear.toml" --set stages.fit.loss=mse,itervaml,vagram --seeds 0..3 --jobs "$jobs" \
    --out "$runs/quick"
  figure quick "$runs/quick" --metric errors.value_error --lines stages.fit.loss --log-y --x-label iteration \
    --y-label "value error"
  exit 0
fi

for count in 0 5 10 15; do
  collect "_k$count" collect_distracted.toml --set "components.env.count=$count"
done
"$weft" sweep "$here"/{linear,mlp}.toml --set stages.fit.loss=mse,itervaml,vagram,inner --seeds 0..15 --jobs "$jobs" \
  --out "$runs/losses"
figure losses "$runs/losses" --metric errors.value_error --lines stages.fit.loss --panels graph --log-y \
  --x-label iteration --y-label "value error"
"$weft" sweep "$here"/distracted_k{0,5,10,15}.toml --set stages.fit.loss=mse,vagram \
  --set "components.model.hidden=[4,4],[8,8],[16,16],[64,64]" --seeds 0..7 --jobs "$jobs" --out "$runs/distracted"
figure distracted "$runs/distracted" --metric errors.value_error --lines stages.fit.loss --panels graph \
  --x components.model.hidden --log-y --x-label "hidden layers" --y-label "final value error"
