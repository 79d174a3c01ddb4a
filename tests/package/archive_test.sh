#!/usr/bin/env bash
# The archive of `--target package` in a bare system that has none of the libraries: it runs a graph with a
# model and one with MuJoCo, and validates a plugin. Usage: archive_test.sh BUILD_FOLDER
set -euo pipefail
build=$(cd "$1" && pwd)
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

rm -f "$build"/weft-*-linux-*.tar.gz
cmake --build "$build" --target package >/dev/null
archive=$(ls "$build"/weft-*-linux-*.tar.gz)
echo "$(basename "$archive"): $(stat -c %s "$archive" | numfmt --to=si)B"
trap 'rm -f "$archive"' EXIT
BARE=1 PAYLOAD=$archive "$here/bare_debian.sh" bookworm '
  set -e
  refuse() { if grep "$@"; then echo "this should not be there"; exit 1; fi; }
  tar xf weft-*.tar.gz && rm weft-*.tar.gz && mv weft-* weft
  weft/bin/weft --version | tee version.txt
  grep -v " /root/weft/lib/weft/libraries/" version.txt | refuse -F ": /"
  weft/bin/weft run weft/share/weft/graphs/pendulum_vagram.toml --ticks 250 --out model >model.txt
  weft/bin/weft run weft/share/weft/graphs/hopper_sac.toml --ticks 20 --out physics >physics.txt
  refuse warning model.txt physics.txt
  weft/bin/weft validate weft/lib/weft/plugins/loss_vagram.so >validate.txt
  tail -n 1 validate.txt'
