#!/usr/bin/env bash
# These built files load no LibTorch, not through another library either. Seen to fail with a plugin that does.
# usage: without_torch.sh PLUGIN_WITH_TORCH FILE...
set -euo pipefail
torch_of() { ldd "$1" | grep -E 'lib(torch|c10)' || true; }

[ -n "$(torch_of "$1")" ] || { echo "no LibTorch is found in $1, which needs it" >&2; exit 1; }
shift
for file in "$@"; do
  found=$(torch_of "$file")
  [ -z "$found" ] || { printf '%s needs LibTorch:\n%s\n' "$file" "$found" >&2; exit 1; }
done
