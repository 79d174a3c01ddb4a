#!/usr/bin/env bash
# Compares the binary interface of the installed SDK with the one that was promised for its version, sdk-X.Y.abi beside
# this file. With WRITE as third argument that file is written instead: for a new version of the SDK, never to make a
# change pass that old plugins would not survive.
# usage: abi_test.sh BUILD_FOLDER COMPILER [WRITE]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$1 compiler=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cmake --install "$build" --prefix "$folder/prefix" >/dev/null
version=$(sed -n 's/#define WEFT_SDK_VERSION "\(.*\)"/\1/p' "$folder/prefix/include/weft/core/version.h")
promised="$here/sdk-$version.abi"

describe() {  # INCLUDE_FOLDER FILE: the interface of these headers
  "$compiler" -std=c++17 -g -O0 -femit-class-debug-always -shared -fPIC -fvisibility=hidden -isystem "$here/no_torch" \
    -ffile-prefix-map="$here/=" -I"$1" "$here/probe.cpp" -o "$folder/probe.so" &&
    abidw --drop-private-types --headers-dir "$1" --no-corpus-path --no-comp-dir-path --no-show-locs \
      --type-id-style hash --out-file "$2" "$folder/probe.so"
}
same() { abidiff --no-added-syms "$1" "$2"; }  # new interfaces beside the old ones are good

describe "$folder/prefix/include" "$folder/found.abi"
if [ "${3:-}" = WRITE ]; then
  cp "$folder/found.abi" "$promised"
  echo "written: $promised"
  exit
fi
if [ ! -f "$promised" ]; then
  echo "nothing is promised for SDK $version yet; build the target abi_baseline and commit $promised" >&2
  exit 1
fi
if ! same "$promised" "$folder/found.abi"; then
  echo "the SDK's headers are no longer those of SDK $version: plugins that are built already would break." >&2
  echo "Keep the interface as it was and add one with a new id beside it, or raise the version in" >&2
  echo "weft/core/version.h and write its interface down with the target abi_baseline." >&2
  exit 1
fi

# The comparison sees what it is for: a function at the end of an interface, a member of a struct, an id.
change() {  # HEADER FROM TO
  rm -rf "$folder/broken"
  cp -r "$folder/prefix/include" "$folder/broken"
  sed -i "s#$2#$3#" "$folder/broken/weft/$1"
  if cmp -s "$folder/broken/weft/$1" "$folder/prefix/include/weft/$1"; then echo "nothing to change in $1" >&2; exit 1; fi
}
refused() {
  describe "$folder/broken" "$folder/broken.abi"
  if same "$promised" "$folder/broken.abi" >/dev/null; then echo "a change is not seen" >&2; exit 1; fi
}
change rl/agent.h '\(  virtual void mean(.*\)' '\1 virtual void extra() {}'
refused
change rl/environment.h '  int64_t time_limit = 0; ' '  bool extra = false; int64_t time_limit = 0; '
refused
change rl/agent.h 'weft.rl.policy/1' 'weft.rl.policy/2'
if describe "$folder/broken" "$folder/broken.abi" 2>/dev/null; then echo "a changed id is not seen" >&2; exit 1; fi
echo "the interface of SDK $version is as it was promised"
