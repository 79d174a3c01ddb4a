#!/usr/bin/env bash
# What a newcomer does: `weft new` of the installed program for each kind, then every command of the README that it
# writes, runs with few ticks. The warnings of this project are errors here. Slow: five small builds.
# usage: new_test.sh BUILD_FOLDER COMPILER COMPILER_FLAGS
set -euo pipefail
build=$1 compiler=$2 flags=$3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
prefix="$folder/the prefix"
cmake --install "$build" --prefix "$prefix" >/dev/null
weft="$prefix/bin/weft"
export CXX=$compiler CXXFLAGS="$flags -Wall -Wextra -Wconversion -Wshadow -Werror" CMAKE_BUILD_PARALLEL_LEVEL=2

cd "$folder"
for kind in $("$weft" new 2>&1 | grep -o "'[a-z]*'" | tr -d "'" | grep -v weft); do
  echo "== $kind"
  "$weft" new "$kind" "my_$kind" >/dev/null
  cd "my_$kind"
  [ "$(grep -c '^    ' README.md)" -ge 6 ]
  while read -r command; do
    case $command in
      *"weft validate "*) command+=" --time-limit 120" ;;
      # 1200 ticks: every stage of the graph fires more than once.
      *"weft run graph.toml") command+=" --ticks 1200 --set stages.evaluate.episodes=2" ;;
      *"weft run "*) command+=" --ticks 300 --set stages.evaluate.episodes=2" ;;
    esac
    echo "$command"
    command=${command//"$prefix"/"'$prefix'"}  # a reader would quote the blank, too
    bash -c "$command" >log.txt 2>&1 </dev/null || { cat log.txt; exit 1; }
  done < <(sed -n 's/^    //p' README.md | sed 's/  *# .*//')
  grep -q "^1000,evaluate.return_mean," "runs/my_$kind/0/metrics.csv"
  cd ..
  done_kinds="${done_kinds:-} $kind"
done
test "$done_kinds" = " agent env loss model stage"
