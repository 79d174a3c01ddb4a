/// The keys of [run] and [[schedule]], which the host itself reads. Declared here once: the reader of graphs, its
/// messages, and `weft inspect run` and `weft inspect schedule` all come from these tables.
#pragma once

#include <string>
#include <vector>

#include "weft/core/abi.h"

namespace weft::host {

/// A kind that only the keys of the host have, in addition to those of weft_parameter_kind: a list of file names.
inline constexpr int32_t file_list = WEFT_PATH + 1;

/// One table of a graph.
struct KeyTable {
  const char* name;                  ///< "schedule": what 'weft inspect' calls it
  const char* header;                ///< "[[schedule]]": what a graph and messages call it
  const char* summary;               ///< one sentence
  std::vector<weft_parameter> rows;  ///< as a component type declares its parameters, or with the kind file_list
  std::vector<const char*> rules;    ///< sentences: what the keys do together
};

const KeyTable& run_keys();
const KeyTable& schedule_keys();

/// The table of this name, or null.
const KeyTable* find_key_table(const std::string& name);

}  // namespace weft::host
