#!/usr/bin/env bash
# Compares the binary interface of the installed SDK with the baseline of its version, sdk-X.Y.abi beside this file. With
# WRITE as third argument, writes the baseline instead: for a new version of the SDK, never to accept a change that breaks
# existing plugins.
# usage: abi_test.sh BUILD_FOLDER COMPILER [WRITE]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$1 compiler=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cmake --install "$build" --prefix "$folder/prefix" >/dev/null
version=$(sed -n 's/#define WEFT_SDK_VERSION "\(.*\)"/\1/p' "$folder/prefix/include/weft/core/version.h")
baseline="$here/sdk-$version.abi"

describe() {  # INCLUDE_FOLDER FILE: the interface of these headers
  "$compiler" -std=c++17 -g -O0 -femit-class-debug-always -shared -fPIC -fvisibility=hidden -isystem "$here/no_torch" \
    -ffile-prefix-map="$here/=" -I"$1" "$here/probe.cpp" -o "$folder/probe.so" &&
    abidw --drop-private-types --headers-dir "$1" --no-corpus-path --no-comp-dir-path --no-show-locs \
      --type-id-style hash --out-file "$2" "$folder/probe.so"
}
same() { abidiff --no-added-syms "$1" "$2"; }  # additional interfaces are allowed

describe "$folder/prefix/include" "$folder/found.abi"
if [ "${3:-}" = WRITE ]; then
  cp "$folder/found.abi" "$baseline"
  echo "written: $baseline"
  exit
fi
if [ ! -f "$baseline" ]; then
  echo "there is no baseline for SDK $version; build the target abi_baseline and commit $baseline" >&2
  exit 1
fi
if ! same "$baseline" "$folder/found.abi"; then
  echo "the headers differ from the baseline of SDK $version: existing plugins would break." >&2
  echo "Keep the interface and add one with a new id, or raise the version in" >&2
  echo "weft/core/version.h and write its baseline with the target abi_baseline." >&2
  exit 1
fi

# The comparison detects a function added to an interface, a member added to a struct, and a changed id.
change() {  # HEADER FROM TO
  rm -rf "$folder/broken"
  cp -r "$folder/prefix/include" "$folder/broken"
  sed -i "s#$2#$3#" "$folder/broken/weft/$1"
  if cmp -s "$folder/broken/weft/$1" "$folder/prefix/include/weft/$1"; then echo "the pattern of a planted change is not in $1" >&2; exit 1; fi
}
refused() {
  describe "$folder/broken" "$folder/broken.abi"
  if same "$baseline" "$folder/broken.abi" >/dev/null; then echo "a change is not detected" >&2; exit 1; fi
}
change rl/policy.h '\(  virtual void deterministic(.*\)' '\1 virtual void extra() {}'
refused
change rl/environment.h '  int64_t time_limit = 0; ' '  bool extra = false; int64_t time_limit = 0; '
refused
change rl/policy.h 'weft.rl.policy/1' 'weft.rl.policy/2'
if describe "$folder/broken" "$folder/broken.abi" 2>/dev/null; then echo "a changed id is not detected" >&2; exit 1; fi
echo "the interface of SDK $version equals its baseline"
