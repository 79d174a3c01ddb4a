#!/usr/bin/env bash
# Rules of the design that no compiler checks. Prints every line that breaks one; fails if there is any.
# usage: source_rules.sh PROJECT_FOLDER WEFT_PROGRAM
set -uo pipefail
shopt -s lastpipe  # what stands last in a pipe counts in this process
cd "$1" || exit 2
program=$2
failures=0
rule() {  # rule TEXT, then what breaks it on standard input
  local found
  found=$(cat)
  if [ -n "$found" ]; then
    printf 'broken: %s\n%s\n' "$1" "$found"
    failures=$((failures + 1))
  fi
}
echo "a line" | rule "this one is meant to be broken" >/dev/null
[ "$failures" -eq 1 ] || { echo "broken rules are not counted"; exit 1; }
failures=0

grep -rnIwiE '(policy|policies|reward|rewards|critic|critics|replay|hopper|pendulum|vagram|observation|observations|transition|transitions|episode|episodes|reinforcement)' host |
  rule "the host knows no reinforcement learning"
grep -rnE '#include [<"](torch|ATen|c10)/' host sdk/include/weft/core | rule "host and SDK core include no Torch"
ldd "$program" | grep -E 'lib(torch|c10)' | rule "the program links no LibTorch"
grep -rnE '\b(at|torch)::(rand|randn|randint|randperm|normal|bernoulli|multinomial|rand_like|randn_like)\(' sdk plugins |
  grep -viE 'generator' | rule "every random call of Torch is given a generator"
grep -rnE '\.(uniform_|normal_|random_|bernoulli_|exponential_)\(' sdk plugins | grep -viE 'generator' |
  rule "every in-place random call of Torch is given a generator"
grep -rnE 'manual_seed|set_num_threads|set_default_dtype|\bsrand\(|\brand\(\)|std::random_device|std::mt19937' sdk plugins host |
  rule "no global random state, thread count or default dtype is touched"
# What every plugin includes costs every plugin: the whole of ATen 10 s, of torch 20 s, a stream library 0.3 s. So what
# is not in this list is asked about first.
light='cinttypes|cmath|cstddef|cstdint|cstdio|cstring|deque|exception|initializer_list|limits|memory|mutex|stdexcept'
light="$light|stdint\.h|string|type_traits|utility|vector|ATen/(core/Tensor|core/Generator|CPUGeneratorImpl)\.h"
heavy() { grep -rnE '#include' "$1" | grep -vE "#include (<($light)>|\"weft/[a-z/_]*\.h\")"; }
heavy sdk/include | rule "SDK headers include nothing heavy"
planted=$(mktemp -d)
for include in '<torch/torch.h>' '<ATen/ATen.h>' '<ATen/ops/mean.h>' '<iostream>' '<regex>' '"boost/dll.hpp"'; do
  echo "#include $include" >"$planted/planted.h"
  [ -n "$(heavy "$planted")" ] || echo "$include"
done | rule "the rule above sees what is heavy"
rm -r "$planted"
grep -rnE '#include <torch/torch\.h>|#include <ATen/ATen\.h>' plugins sdk | rule "no plugin includes the whole of Torch"
grep -rnE '#include ["<]plugins/' plugins | rule "no plugin includes another's files"
grep -rlE '#include [<"](torch|ATen|c10)/' plugins/env_* | rule "environment plugins include no Torch"
for graph in graphs/*.toml; do head -n 1 "$graph" | grep -q '^#' || echo "$graph"; done |
  rule "every graph begins with a comment that says what it shows"

if [ "$failures" -gt 0 ]; then exit 1; fi
echo "all source rules hold"
