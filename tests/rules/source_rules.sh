#!/usr/bin/env bash
# The rules about sources that no compiler checks, all of them. Needs no build.
# usage: source_rules.sh              prints every line that breaks a rule, and fails if there is one
#        source_rules.sh --self-test  plants violations of every rule in a copy of the tree; each has to be found
#        source_rules.sh --rooms      counts the includes between the rooms of host/
#
# To add a rule: a line `rule NAME TEXT`, a function NAME that prints what breaks it (`file:line: what`), and one line
# `plant NAME FILE CONTENT` for each way to break it.
set -uo pipefail
shopt -s nullglob globstar
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 2

rules=() planted_rules=() planted_files=() planted_contents=()
declare -A texts
rule() { rules+=("$1") texts[$1]=$2; }
plant() { planted_rules+=("$1") planted_files+=("$2") planted_contents+=("$3"); }
search() { grep -rnE "$@"; }  # as grep does; -i, -w and folders as arguments

# ---- Who knows what

rule host_without_rl "the host knows no reinforcement learning"
host_without_rl() {  # but for the pages, which follow an example through the program
  search -iw --exclude=README.md '(policy|policies|rewards?|critics?|replay|hopper|pendulum|vagram|observations?|transitions?|episodes?|reinforcement)' host
}
plant host_without_rl host/base/planted.h '// of a Policy'
plant host_without_rl host/planted.md 'the rewards'

rule host_without_torch "host and SDK core include no Torch"
host_without_torch() { search '#include [<"](torch|ATen|c10)/' host sdk/include/weft/core; }
plant host_without_torch host/base/planted.h '#include <ATen/core/Tensor.h>'
plant host_without_torch sdk/include/weft/core/planted.h '#include "torch/torch.h"'

rule plugins_without_torch "environments, stages that act, and storage include no Torch, not through another header either"
plugins_without_torch() { reaches_torch plugins/{env_*,stages_acting,storage}; }
plant plugins_without_torch plugins/env_planted/planted.cpp '#include <torch/torch.h>'
plant plugins_without_torch plugins/env_planted/planted.cpp '#include "weft/rl/model.h"'
plant plugins_without_torch plugins/stages_acting/planted.cpp '#include "fitting/fit_data.h"'
plant plugins_without_torch plugins/storage/planted.cpp '#include <ATen/core/Tensor.h>'

reaches_torch() {  # FOLDER...: prints the includes there that lead to a header of Torch
  local folder
  for folder in "$@"; do
    awk -v folder="$folder/" '
      match($0, /^#include ["<][^">]*/) {
        header = substr($0, RSTART + 10, RLENGTH - 10)
        here = FILENAME
        sub(/[^\/]*$/, "", here)
        ++count
        from[count] = FILENAME; line[count] = FNR; to[count] = header
        torch[count] = header ~ /^(torch|ATen|c10)\//
        library = header
        sub(/\/.*/, "", library)
        places[count] = here header " sdk/include/" header " sdk/testing/include/" header " plugins/" library "/include/" header
      }
      END {
        for (changed = 1; changed;) {
          changed = 0
          for (i = 1; i <= count; ++i) {
            size = split(places[i], place, " ")
            for (j = 1; j <= size && !torch[i]; ++j) torch[i] = place[j] in dirty
            if (torch[i] && !(from[i] in dirty)) { dirty[from[i]]; changed = 1 }
          }
        }
        for (i = 1; i <= count; ++i)
          if (torch[i] && index(from[i], folder) == 1) print from[i] ":" line[i] ": " to[i]
      }' {sdk,plugins}/**/*.h "$folder"/**/*.cpp
  done
}

rule own_files "a plugin includes its own files, the SDK's and what static libraries offer (plugins/NAME/include/NAME)"
own_files() {
  local file place mark header
  grep -rnE '^ *# *include *["<]' plugins --include='*.h' --include='*.cpp' |
    sed -E 's/^([^:]*):([0-9]*):[^"<]*(["<])([^">]*).*/\1 \2 \3 \4/' |
    while read -r file place mark header; do
      case $header in
        *..*) ;;
        weft/*) continue ;;
        host/base/csv.h) [[ $file != plugins/csv/* ]] || continue ;;  # a library of its own, made for both sides
        *)
          [ ! -f "plugins/${header%%/*}/include/$header" ] || continue
          if [ "$mark" = '"' ]; then
            [ ! -f "$(dirname "$file")/$header" ] || continue
          else  # a header of the system
            [ -f "plugins/$header" ] || [ "${header%%/*}" = plugins ] || continue
          fi
          ;;
      esac
      echo "$file:$place: $header"
    done
}
for header in plugins/agent_sac/learner.h agent_sac/learner.h ../agent_sac/learner.h; do
  plant own_files plugins/loss_mse/planted.cpp "#include \"$header\""
  plant own_files plugins/loss_mse/planted.cpp "#include <$header>"
done
for header in host/base/csv.h host/base/file.h actor.h stages_learning/early_stopping.h dense/elementwise.h dense/include/dense/dense.h; do
  plant own_files plugins/loss_mse/planted.cpp "#include \"$header\""
done

rule flat "sources of host/ and plugins/ stand in a folder, none directly there"
flat() { for file in {host,plugins}/*.{h,cpp}; do echo "$file"; done; }
plant flat host/planted.cpp ''
plant flat plugins/planted.h ''

# What each room of host/ may include, besides itself, base and the SDK.
declare -A may_include=(
  [base]='' [plugin]='' [graph]='plugin' [engine]='plugin graph' [run]='plugin graph engine' [sweep]='graph engine run'
  [figures]='' [validate]='plugin graph engine' [inspect]='plugin graph'
  [slurm]='sweep'
  [cli]='plugin graph engine run sweep slurm figures validate inspect'
)
rooms=(base plugin graph engine run sweep slurm figures validate inspect cli)

rule rooms_of_host "a room of host/ includes only base, the SDK and the rooms that may_include names"
rooms_of_host() {
  local file place header room
  for room in host/*/; do
    room=$(basename "$room")
    [[ -v may_include[$room] ]] || echo "host/$room/: a room that may_include does not name"
  done
  host_includes | while read -r file place header; do
    room=$(room_of "$file")
    case $header in
      *..*) ;;
      weft/*) continue ;;
      host/*/*) [[ " $room base ${may_include[$room]-} " != *" $(room_of "$header") "* ]] || continue ;;
    esac
    echo "$file:$place: $header"
  done
}
host_includes() {  # FILE LINE HEADER of the includes that are the project's own
  grep -rnE '^ *# *include *("|<(host|weft)/)' host --include='*.h' --include='*.cpp' |
    sed -E 's/^([^:]*):([0-9]*):[^"<]*["<]([^">]*).*/\1 \2 \3/'
}
room_of() { local rest=${1#host/}; echo "${rest%%/*}"; }
for pair in base/run graph/engine engine/run run/sweep sweep/cli sweep/slurm slurm/run figures/run figures/sweep validate/run inspect/engine; do
  plant rooms_of_host "host/${pair%/*}/planted.cpp" "#include \"host/${pair#*/}/planted.h\""
done
plant rooms_of_host host/base/planted.h '#include <host/graph/graph.h>'
plant rooms_of_host host/graph/planted.h '#include "../engine/instance.h"'
plant rooms_of_host host/graph/planted.h '#include "graph.h"'
plant rooms_of_host host/planted/planted.h '#include "host/graph/graph.h"'

count_rooms() {  # a row for each room that includes, a column for each that is included
  host_includes | awk -v names="${rooms[*]}" '
    { split($1, from, "/"); split($3, to, "/"); if (to[1] == "host") ++count[from[2], to[2]] }
    END {
      size = split(names, room, " ")
      printf "%-9s", ""
      for (i = 1; i <= size; ++i) printf " %8s", room[i]
      for (i = 1; i <= size; ++i) {
        printf "\n%-9s", room[i]
        for (j = 1; j <= size; ++j) printf " %8s", i == j ? "-" : count[room[i], room[j]] + 0
      }
      print ""
    }'
}

rule small_files "no source has more than 450 lines, none in tests/ more than 350"
small_files() {
  wc -l {host,plugins,sdk,tests}/**/*.{h,cpp,cmake,sh} {host,plugins,sdk,tests}/**/CMakeLists.txt |
    awk '$2 != "total" && $1 > ($2 ~ /^tests/ ? 350 : 450) { print $2 ":" $1 }'
}
plant small_files host/base/planted.cpp "$(yes '//' | head -n 451)"
plant small_files tests/sdk/planted.h "$(yes '//' | head -n 351)"

# ---- Includes and their cost

# What every plugin includes costs every plugin: the whole of ATen 10 s, of torch 20 s, a stream library 0.3 s. Think
# before adding to this list.
light='cinttypes|cmath|cstddef|cstdint|cstdio|cstring|deque|exception|initializer_list|limits|memory|mutex|stdexcept'
light="$light|stdint\.h|string|type_traits|utility|vector|ATen/(core/Tensor|core/Generator|CPUGeneratorImpl)\.h"
rule light_sdk "SDK headers include nothing heavy"
light_sdk() { search '#include' sdk/include | grep -vE "#include (<($light)>|\"weft/[a-z/_]*\.h\")"; }
for header in '<torch/torch.h>' '<ATen/ATen.h>' '<ATen/ops/mean.h>' '<iostream>' '<regex>' '"boost/dll.hpp"'; do
  plant light_sdk sdk/include/weft/core/planted.h "#include $header"
done

rule parts_of_torch "no plugin includes the whole of Torch"
parts_of_torch() { search '#include <(torch/torch|ATen/ATen)\.h>' plugins sdk; }
plant parts_of_torch plugins/loss_mse/planted.cpp '#include <torch/torch.h>'
plant parts_of_torch sdk/testing/planted.h '#include <ATen/ATen.h>'

# ---- Same seed, same bytes

rule torch_random "every random call of Torch is given a generator"
torch_random() {
  search '\b(at|torch)::(rand|randn|randint|randperm|normal|bernoulli|multinomial|rand_like|randn_like)\(|\.(uniform_|normal_|random_|bernoulli_|exponential_)\(' \
    sdk plugins | grep -viE 'generator'
}
plant torch_random plugins/loss_mse/planted.cpp 'at::randn({2, 2});'
plant torch_random sdk/testing/planted.h 'tensor.uniform_(-1, 1);'

rule global_state "no global random state, thread count or default dtype is touched"
global_state() {
  search 'manual_seed|set_num_threads|set_default_dtype|\bsrand\(|\brand\(\)|std::random_device|std::mt19937' \
    sdk plugins host
}
for call in 'torch::manual_seed(1);' 'at::set_num_threads(1);' 'std::mt19937 engine;' 'int number = rand();'; do
  plant global_state plugins/loss_mse/planted.cpp "$call"
done
plant global_state host/base/planted.cpp 'std::random_device device;'

# ---- What built plugins rely on

rule probed_interfaces "every interface of the SDK is in the probe of its binary interface (tests/stability)"
probed_interfaces() {
  local place id
  grep -rnE 'interface_id = "' sdk/include | sed -E 's/^([^:]*:[0-9]*):.*interface_id = ("[^"]*").*/\1 \2/' |
    while read -r place id; do
      grep -qF "$id" tests/stability/probe.cpp || echo "$place: $id"
    done
}
plant probed_interfaces sdk/include/weft/rl/planted.h 'static constexpr const char* interface_id = "weft.rl.planted/1";'
plant probed_interfaces sdk/include/weft/rl/planted.h 'static constexpr const char* interface_id = "weft.rl.agent/2";'

# ---- Graphs

rule graph_comments "every graph begins with a comment that says what it shows"
graph_comments() { for graph in graphs/**/*.toml; do head -n 1 "$graph" | grep -q '^# ' || echo "$graph:1"; done; }
plant graph_comments graphs/planted.toml '[run]'
plant graph_comments graphs/pendulum_study/planted.toml ''

rule no_large_files "the tree has no file above 1 MB: no packages, data sets or run folders"
no_large_files() {
  find . \( -path ./.git -o -path './build*' -o -path ./runs -o -path './graphs/*/data' \) -prune -o \
    -type f -size +1000k -printf '%P\n'
}
plant no_large_files some-1.0-cp311.whl "$(head -c 1100000 /dev/zero | tr '\0' x)"

# ---- One voice

# The spelling check (.codespellrc) knows all of American English; these are words that this project has given up.
avoided='anew|goes on|go on|going on|to be had|no good|by and by|of late|wholly|dreams?|typed again|in the words of'
avoided="$avoided|colours?|behaviours?|(normal|initial|optim|minim|recogn)is(e|ed|es|er|ing)|favours?|grey|centres?|neighbours?"
rule plain_words "texts use plain American English"
plain_words() {
  search -Iwi --exclude=source_rules.sh --exclude=CHANGELOG.md --exclude='*.svg' --exclude='*.abi' "($avoided)" \
    -- *.md *.sh *.json .ci graphs host plugins sdk tests
}
for words in 'begins anew' 'It goes on.' 'Colour' 'an optimiser' 'no good name' 'neighbours'; do
  plant plain_words host/planted.md "$words"
done
plant plain_words tests/graphs/planted.toml '# grey'
plant plain_words sdk/include/weft/core/planted.h '/// its behaviour'

# ----

check() {
  local name found failures=0
  for name in "${rules[@]}"; do
    found=$("$name")
    [ -n "$found" ] || continue
    printf 'broken: %s\n%s\n' "${texts[$name]}" "$found"
    failures=$((failures + 1))
  done
  [ "$failures" -eq 0 ] || exit 1
  echo "all ${#rules[@]} source rules hold"
}

self_test() {
  local name file found failures=0
  copy=$(mktemp -d)  # not local: needed at the exit
  trap 'rm -rf "$copy"' EXIT
  cp -r .ci ./*.md ./*.sh ./*.json ./CMakeLists.txt graphs host plugins sdk tests "$copy"
  cd "$copy" || exit 2
  for name in "${rules[@]}"; do
    [[ " ${planted_rules[*]} " == *" $name "* ]] || { echo "nothing is planted for the rule: ${texts[$name]}"; exit 1; }
  done
  for index in "${!planted_rules[@]}"; do
    name=${planted_rules[$index]} file=${planted_files[$index]}
    mkdir -p "$(dirname "$file")"
    printf '%s\n' "${planted_contents[$index]}" >"$file"
    found=$("$name")  # whole, before grep ends: its writer would fail
    if ! grep -qE "^$file(:|\$)" <<<"$found"; then
      printf 'not found: %s\n%s: %s\n' "${texts[$name]}" "$file" "${planted_contents[$index]}"
      failures=$((failures + 1))
    fi
    rm "$file"
  done
  [ "$failures" -eq 0 ] || exit 1
  echo "all ${#planted_rules[@]} planted violations of ${#rules[@]} rules are found"
}

case "${1:-}" in
  '') check ;;
  --self-test) self_test ;;
  --rooms) count_rooms ;;
  *) sed -n '3,5p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
esac
