#!/usr/bin/env bash
# Rules of the design that no compiler checks. Prints every line that breaks one; fails if there is any.
# usage: source_rules.sh PROJECT_FOLDER WEFT_PROGRAM
set -uo pipefail
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

grep -rnIwiE '(policy|policies|reward|rewards|critic|critics|replay|hopper|pendulum|vagram|observation|observations|transition|transitions|episode|episodes|reinforcement)' host |
  rule "the host knows no reinforcement learning"
grep -rnE '#include [<"](torch|ATen|c10)/' host sdk/include/weft/core | rule "host and SDK core include no Torch"
ldd "$program" | grep -E 'torch|c10' | rule "the program links no LibTorch"
grep -rnE '\b(at|torch)::(rand|randn|randint|randperm|normal|bernoulli|multinomial|rand_like|randn_like)\(' sdk plugins |
  grep -viE 'generator' | rule "every random call of Torch is given a generator"
grep -rnE '\.(uniform_|normal_|random_|bernoulli_|exponential_)\(' sdk plugins | grep -viE 'generator' |
  rule "every in-place random call of Torch is given a generator"
grep -rnE 'manual_seed|set_num_threads|set_default_dtype|\bsrand\(|\brand\(\)|std::random_device|std::mt19937' sdk plugins host |
  rule "no global random state, thread count or default dtype is touched"
# What is included by each plugin, and what it costs: the whole of ATen 10 s, of torch 20 s, a stream library 0.3 s.
grep -rnE '#include <(torch/|ATen/(ATen|Functions|NativeFunctions|Operators)\.h|iostream|regex|filesystem|functional|toml|boost|nlohmann|Eigen|chrono|thread|random|sstream|fstream|algorithm|map|unordered_map|iomanip)' sdk/include |
  rule "SDK headers include nothing heavy"
grep -rnE '#include <(torch|ATen|c10)/' sdk/include | grep -vE 'ATen/(core/Tensor|core/Generator|CPUGeneratorImpl)\.h' |
  rule "SDK headers include the tensor's header at the most, and the generator's where it is drawn with"
grep -rnE '#include <torch/torch\.h>|#include <ATen/ATen\.h>' plugins sdk | rule "no plugin includes the whole of Torch"
grep -rnE '#include ["<]plugins/' plugins | rule "no plugin includes another's files"
grep -rlE '#include [<"](torch|ATen|c10)/' plugins/env_* | rule "environment plugins include no Torch"
for graph in graphs/*.toml; do head -n 1 "$graph" | grep -q '^#' || echo "$graph"; done |
  rule "every graph begins with a comment that says what it shows"

if [ "$failures" -gt 0 ]; then exit 1; fi
echo "all source rules hold"
