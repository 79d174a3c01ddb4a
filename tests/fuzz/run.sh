#!/usr/bin/env bash
# Runs fuzz targets one after the other and stops at the first finding, which is in build-fuzz/fuzz/findings.
# usage: run.sh SECONDS [TARGET...]    SECONDS for each target; without targets: all
set -euo pipefail
[ $# -ge 1 ] || { sed -n '3p' "${BASH_SOURCE[0]}" >&2; exit 2; }
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
seconds=$1
shift
fuzz=build-fuzz/fuzz
[ $# -gt 0 ] || set -- graph_text plugin_file checkpoint tables

"$fuzz/write_seeds" "$fuzz/seeds"
mkdir -p "$fuzz/seeds/graph_text" "$fuzz/findings"
cp tests/graphs/*.toml tests/graphs/bad/*.toml "$fuzz/seeds/graph_text"
for target in "$@"; do
  echo "== $target"
  mkdir -p "$fuzz/corpus/$target"
  words=()
  [ ! -f "tests/fuzz/$target.dict" ] || words=("-dict=tests/fuzz/$target.dict")
  nice -n 19 "$fuzz/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 \
    -artifact_prefix="$fuzz/findings/$target-" "${words[@]}" "$fuzz/corpus/$target" "$fuzz/seeds/$target"
done
