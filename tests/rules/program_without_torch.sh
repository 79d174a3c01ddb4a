#!/usr/bin/env bash
# The built program loads no LibTorch, not through another library either. Seen to fail with a plugin that does.
# usage: program_without_torch.sh PROGRAM PLUGIN_WITH_TORCH
set -euo pipefail
torch_of() { ldd "$1" | grep -E 'lib(torch|c10)' || true; }

[ -n "$(torch_of "$2")" ] || { echo "no LibTorch is found in $2, which needs it" >&2; exit 1; }
found=$(torch_of "$1")
[ -z "$found" ] || { printf '%s needs LibTorch:\n%s\n' "$1" "$found" >&2; exit 1; }
