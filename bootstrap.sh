#!/usr/bin/env bash
# Sets up everything that Weft needs on Debian 12 or 13, builds it, and then:
#   ./bootstrap.sh build                      stops there
#   ./bootstrap.sh test                       runs the fast tests
#   ./bootstrap.sh run                        runs the main job, graphs/pendulum_vagram.toml
#   ./bootstrap.sh run GRAPH [OPTION]...      runs a graph; options are those of `weft run`
#   ./bootstrap.sh tools                      installs what .ci/run and pre-commit need, and builds nothing
# Safe to rerun: existing packages are kept, and nothing is built twice.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
weft="$root/build/bin/weft"

# DEPENDENCIES.md has the purpose of each.
packages=(g++ cmake ninja-build
  libboost-dev libboost-program-options-dev libelf-dev libtomlplusplus-dev
  nlohmann-json3-dev libfmt-dev libprotozero-dev libeigen3-dev libtorch-dev libopenblas0-pthread libdnnl-dev
  libmujoco-dev libgl-dev libopengl-dev libhdf5-dev gnuplot-nox catch2 make)
checking=(doxygen abigail-tools codespell pre-commit gcovr python3-numpy ccache mmdebstrap
  slurmctld slurmd slurm-client)
# The clang that decides on format and warnings is Debian 12's.
clang=(clang-14 libclang-rt-14-dev clang-format-14 clang-tidy-14 libomp-14-dev)
codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release 2>/dev/null || true)

usage() { sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }

explain_other_systems() {  # MISSING PACKAGE...
  cat >&2 <<TEXT
bootstrap: this is neither Debian 12 (bookworm) nor Debian 13 (trixie), the systems whose packages Weft is tested with.
These are missing here, by their names in Debian:
  $*
There are two ways:
- Run it without installing anything: unpack weft-VERSION-linux-x86_64.tar.gz, which "cmake --build build --target
  package" makes on Debian 12. It needs glibc 2.36 or newer.
- Build it, with the equivalents of these packages. DEPENDENCIES.md says how MuJoCo comes from a Python environment.
    cmake --preset release && cmake --build --preset release && ctest --preset release
TEXT
  exit 2
}

install_packages() {  # NAME...
  local missing=() package
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then explain_other_systems "$@"; fi
  for package in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  case $codename in bookworm | trixie) ;; *) explain_other_systems "${missing[@]}" ;; esac
  local sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "bootstrap: packages are missing, and there is no sudo. As root, run:" >&2
      echo "  apt-get install --no-install-recommends ${missing[*]}" >&2
      exit 2
    fi
    sudo=(sudo)
  fi
  echo "bootstrap: installing ${missing[*]}"
  "${sudo[@]}" apt-get update -qq
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" \
    >"$root/build/apt.log" 2>&1 || { tail -n 20 "$root/build/apt.log" >&2; exit 2; }
}

build() {  # [TARGET...]; without targets, everything
  # A source that includes LibTorch takes up to 1.5 GB to compile: memory limits the number of jobs.
  local jobs memory
  memory=$(awk '/MemAvailable/ {print int($2 / 1500000)}' /proc/meminfo)
  jobs=$(nproc)
  [ "$jobs" -le "$memory" ] || jobs=$((memory > 0 ? memory : 1))
  (cd "$root" && cmake --preset release >build/configure.log) || { tail -n 20 "$root/build/configure.log" >&2; exit 2; }
  cmake --build "$root/build" --parallel "$jobs" ${1:+--target "$@"}
}

# Runs the main job, continues it after an interruption, or prints where its result is.
run_main_job() {
  local folder=runs/pendulum_vagram/0 graph="$root/graphs/pendulum_vagram.toml"
  if grep -qs '"status": *"finished"' "$folder/summary.json"; then
    echo "The main job has finished; its results are in $folder (summary.json, metrics.csv, log.txt)."
    echo "  run it again:      $weft run $graph --replace"
    echo "  another seed:      $weft run $graph --seed 1"
    echo "  another loss:      $weft run $graph --set stages.fit.loss=mse --set run.name=pendulum_mse"
  elif compgen -G "$folder/checkpoints/*.safetensors" >/dev/null; then
    echo "The main job was interrupted; it continues from its last checkpoint."
    "$weft" resume "$folder"
  else
    "$weft" run "$graph" --replace
  fi
}

command=${1:-}
case "$command" in
  build | test | run | tools) shift ;;
  -h | --help) usage; exit 0 ;;
  *) usage >&2; exit 2 ;;
esac
mkdir -p "$root/build"
if [ "$command" = tools ]; then
  [ "$codename" = trixie ] || checking+=("${clang[@]}")
  install_packages "${packages[@]}" "${checking[@]}"
  exit
fi
install_packages "${packages[@]}"
if [ "$command" = run ]; then build weft weft_plugins; else build; fi
case "$command" in
  build) echo "built: $weft" ;;
  test) ctest --test-dir "$root/build" --parallel "$(nproc)" --label-exclude slow --output-on-failure --no-tests=error "$@" ;;
  run) if [ $# -eq 0 ]; then run_main_job; else exec "$weft" run "$@"; fi ;;
esac
