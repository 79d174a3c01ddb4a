#!/usr/bin/env bash
# Builds Weft with the PyTorch and the MuJoCo of a Python environment, and runs the fast tests; `weft validate`
# for each plugin is among them:
#
#   tests/stacks/run.sh TORCH_VERSION MUJOCO_VERSION     for example: tests/stacks/run.sh 2.9.1 3.3.7
#
# The environment and the build are in build/stacks/. PyTorch's package for CUDA, which PyPI has, needs two of CUDA's
# libraries to load, and those are installed as well: several GB in all. By hand, never in CI.
set -euo pipefail

torch=${1:?TORCH_VERSION} mujoco=${2:?MUJOCO_VERSION}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=$root/build/stacks/torch-$torch-mujoco-$mujoco
venv=$folder/venv
mkdir -p "$folder"
python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --no-deps "torch==$torch" "mujoco==$mujoco"
packages=$(echo "$venv"/lib/python3*/site-packages)
cuda=$(sed -n "s/^cuda.*= '\([0-9]*\)\..*'/\1/p" "$packages/torch/version.py")
case $cuda in
  "") ;;  # for the CPU alone
  12) "$venv/bin/pip" install --quiet --no-deps "nvidia-cuda-cupti-cu12==12.*" "nvidia-cuda-runtime-cu12==12.*" ;;
  *) "$venv/bin/pip" install --quiet --no-deps "nvidia-cuda-cupti==$cuda.*" "nvidia-cuda-runtime==$cuda.*" ;;
esac

cmake -S "$root" -B "$folder/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DWEFT_TORCH="$packages/torch" \
  -DWEFT_MUJOCO="$packages/mujoco" >"$folder/configure.log" || { tail -n 20 "$folder/configure.log"; exit 1; }
cmake --build "$folder/build" --parallel "$(nproc)"
"$folder/build/bin/weft" --version
ctest --test-dir "$folder/build" --label-exclude slow --parallel "$(nproc)" --output-on-failure --no-tests=error
