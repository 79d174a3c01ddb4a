#!/usr/bin/env bash
# As a newcomer does: `weft new` of the installed program for each kind, build, test, and run the graph that comes
# with it; once with the warnings of this project, which a template has to pass as well. Slow: five small builds.
# usage: new_test.sh BUILD_FOLDER COMPILER COMPILER_FLAGS
set -euo pipefail
build=$1 compiler=$2 flags=$3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cmake --install "$build" --prefix "$folder/the prefix" >/dev/null
weft="$folder/the prefix/bin/weft"
export CXX=$compiler CXXFLAGS="$flags -Wall -Wextra -Wconversion -Wshadow -Werror"

cd "$folder"
for kind in $("$weft" new 2>&1 | grep -o "'[a-z]*'" | tr -d "'" | grep -v weft); do
  echo "== $kind"
  "$weft" new "$kind" "my_$kind" >/dev/null
  cd "my_$kind"
  cmake -B build >configure.log 2>&1 || { cat configure.log; exit 1; }
  cmake --build build --parallel 2 >build.log 2>&1 || { cat build.log; exit 1; }
  ctest --test-dir build --output-on-failure --no-tests=error >ctest.log || { cat ctest.log; exit 1; }
  "$weft" validate "build/lib/weft/plugins/my_$kind.so" --time-limit 120 >validate.txt || { cat validate.txt; exit 1; }
  "$weft" check graph.toml >check.txt || { cat check.txt; exit 1; }
  # 1200 ticks: every part of the graph acts more than once.
  "$weft" run graph.toml --ticks 1200 --set stages.evaluate.episodes=2 >run.log 2>&1 || { cat run.log; exit 1; }
  grep -q "^1000,evaluate.return_mean," runs/*/0/metrics.csv
  cd ..
  done_kinds="${done_kinds:-} $kind"
done
test "$done_kinds" = " agent env loss model stage"
