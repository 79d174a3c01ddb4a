#!/usr/bin/env bash
# Installs the build into a folder of its own, builds a plugin of another project against it, and lets the
# installed program inspect that plugin and check a graph that uses it.
# usage: installed_package_test.sh BUILD_FOLDER PLUGIN_PROJECT GRAPHS_FOLDER COMPILER COMPILER_FLAGS
set -euo pipefail
build=$1 project=$2 graphs=$3 compiler=$4 flags=$5
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cmake --install "$build" --prefix "$folder/prefix" >/dev/null
cmake -S "$project" -B "$folder/build" -G Ninja -DCMAKE_PREFIX_PATH="$folder/prefix" -DCMAKE_BUILD_TYPE=Release \
  -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_CXX_FLAGS="$flags" >"$folder/configure.log" || { cat "$folder/configure.log"; exit 1; }
cmake --build "$folder/build"

weft="$folder/prefix/bin/weft"
plugin="$folder/build/lib/weft/plugins/loss_huber.so"
"$weft" inspect loss.huber --plugin-path "$plugin" >"$folder/inspect.txt"
cat "$folder/inspect.txt"
grep -q 'delta' "$folder/inspect.txt"
grep -q 'Huber, Annals' "$folder/inspect.txt"

cat >"$folder/huber.toml" <<GRAPH
# The main job with a loss from another project.
extends = "$graphs/pendulum_vagram.toml"
[run]
plugins = ["$plugin"]
[components.huber]
use   = "loss.huber"
delta = 0.5
[stages.fit]
loss = "huber"
GRAPH
"$weft" check "$folder/huber.toml"
