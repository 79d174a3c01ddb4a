#!/usr/bin/env bash
# The installed package as the author of a plugin sees it: installs the build into a temporary folder, builds the
# examples of the SDK against it, and lets the installed program validate them and check and run their graphs.
# usage: examples_test.sh BUILD_FOLDER COMPILER COMPILER_FLAGS TICKS EXAMPLE...; with 0 ticks graphs are only checked
set -euo pipefail
build=$1 compiler=$2 flags=$3 ticks=$4
shift 4
[ $# -gt 0 ]
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cmake --install "$build" --prefix "$folder/prefix" >/dev/null
weft="$folder/prefix/bin/weft"

for example in "$@"; do
  echo "== $example"
  cd "$folder/prefix/share/weft/examples/$example"
  cmake -B build -G Ninja -DCMAKE_PREFIX_PATH="$folder/prefix" -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_CXX_FLAGS="$flags" >configure.log || { cat configure.log; exit 1; }
  cmake --build build
  "$weft" reference pages --plugin-path build/lib/weft/plugins
  "$weft" check graph.toml
  sets=()  # the default potential is of two numbers; the environment of the checks has three
  [ "$example" != shaping ] || sets=(--set 'potential.quadratic.goal=[0,0,0]' --set 'potential.quadratic.weights=[1,1,1]')
  for plugin in build/lib/weft/plugins/*.so; do
    "$weft" validate "$plugin" --plugin-path build/lib/weft/plugins --time-limit 120 "${sets[@]}" >validate.txt ||
      { cat validate.txt; exit 1; }
  done
  if [ "$ticks" -gt 0 ]; then
    "$weft" run graph.toml --ticks "$ticks" --set stages.evaluate.episodes=2 --out run >run.log 2>&1 || { cat run.log; exit 1; }
  fi
  case "$example" in
    loss_huber) grep -q 'Reference: Huber, Annals' pages/loss.huber.md && grep -q '^| `delta` | `1.0` |' pages/loss.huber.md ;;
    shaping)  # a service that the host does not know is wired, documented, checked and refused like any other
      grep -q '(potential.quadratic.md)' pages/env.shaped.md
      grep -q '^  passed   check.potential_finite$' validate.txt  # of potential_quadratic.so, the last one
      if "$weft" check graph.toml --set components.shaped.potential=env >refused.txt 2>&1; then exit 1; fi
      grep -q 'example.potential/1' refused.txt ;;
    env_mass_spring)
      if "$weft" run graph.toml --out refused --set components.env.time_step=1 >refused.txt 2>&1; then exit 1; fi
      grep -q "too long for a spring of this 'stiffness'" refused.txt ;;
  esac
done
