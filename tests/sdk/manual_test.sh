#!/usr/bin/env bash
# Every block of code in the SDK's manuals is part of the file that the text before it names ("From `file`:").
# Shell commands and JSON are not blocks of code. Prints every block that is not; fails if there is any.
# usage: manual_test.sh PROJECT_FOLDER
set -euo pipefail
cd "$1"

# Prints the blocks that are not part of their files; the number of blocks goes to standard error.
broken_blocks() {  # MANUAL
  local line block="" file="" inside=no count=0
  while IFS= read -r line; do
    if [ "$inside" = yes ]; then
      if [ "$line" != '```' ]; then
        block+=$line$'\n'
        continue
      fi
      inside=no count=$((count + 1))
      if [ ! -f "$file" ] || [[ "$(cat "$file")"$'\n' != *"$block"* ]]; then
        printf '%s: this block is not part of %s:\n%s\n' "$1" "'$file'" "$block"
      fi
      file=""
    elif [[ "$line" == '```'* ]]; then
      inside=yes block=""
    elif [[ "$line" =~ \`(sdk/[a-z_/]*\.[a-z]*|sdk/[a-z_/]*/CMakeLists\.txt)\` ]]; then
      file=${BASH_REMATCH[1]}
    fi
  done <"$1"
  echo "$count" >&2
}

planted=$(mktemp)
trap 'rm -f "$planted"' EXIT
printf 'From `sdk/examples/loss_huber/huber.cpp`:\n\n```cpp\nint nowhere;\n```\n' >"$planted"
[ -n "$(broken_blocks "$planted" 2>/dev/null)" ] || { echo "a block that is in no file is not noticed"; exit 1; }

failed=no
for manual in sdk/README.md sdk/testing/README.md; do
  broken=$(broken_blocks "$manual" 2>"$planted")
  [ "$(cat "$planted")" -gt 0 ] || { echo "$manual has no blocks of code"; failed=yes; }
  [ -z "$broken" ] || { printf '%s\n' "$broken"; failed=yes; }
done
[ "$failed" = no ]
