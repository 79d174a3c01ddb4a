/// The plain C face of a plugin: what the host reads before it calls anything else.
///
/// Every struct begins with its own size in bytes and only ever grows beyond its former size, so that a host reads a
/// member of an older plugin's struct only where `size` says that it is there, and takes it for zero otherwise: zero is
/// what a new member says where nobody has said anything. Authors do not fill these in:
/// `weft/core/description.h` does, from C++.
#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The first eight bytes of an entry: "WEFTPLUG", read as a little-endian number.
#define WEFT_ENTRY_MAGIC UINT64_C(0x47554c5054464557)

/// The one symbol that a plugin exports, as text; a function `const weft_plugin_entry* (*)(void)`.
#define WEFT_ENTRY_SYMBOL "weft_plugin_v1"

/// What values a parameter takes in a graph.
enum weft_parameter_kind {
  WEFT_FLAG = 0,          ///< true or false
  WEFT_INTEGER = 1,       ///< a 64-bit whole number
  WEFT_REAL = 2,          ///< a finite double; whole numbers are good too
  WEFT_TEXT = 3,          ///< a string; one of `choices` where there are any
  WEFT_INTEGERS = 4,      ///< a list of whole numbers, each inside the range
  WEFT_REALS = 5,         ///< a list of finite doubles, each inside the range
  WEFT_REAL_RAMP = 6,     ///< a number, or `{ from, to, between = [a, b] }`
  WEFT_INTEGER_RAMP = 7,  ///< the same with whole numbers; its values are floored
  WEFT_PATH = 8           ///< a file name, relative to the graph file that says it
};

/// One row of a type's parameter table.
typedef struct weft_parameter {
  uint32_t size;               ///< sizeof(weft_parameter) of the plugin's SDK
  int32_t kind;                ///< one of weft_parameter_kind
  const char* key;             ///< `[a-z][a-z0-9_]*`
  const char* default_value;   ///< as TOML text (`0.95`, `[200, 200]`, `"diagonal"`); null: must be given
  int32_t optional;            ///< 1: may be left out although it has no default (a path: empty text then)
  int32_t minimum_open;        ///< 1: the minimum itself is outside the range
  int32_t maximum_open;        ///< 1: the maximum itself is outside the range
  uint32_t choice_count;       ///< number of `choices`; 0: any text
  double minimum;              ///< smallest value of numbers; -infinity: none
  double maximum;              ///< largest value of numbers; +infinity: none
  const char* const* choices;  ///< the texts that are allowed, or null
  const char* unit;            ///< "ticks", "rows", "1/s"; empty: a pure number
  const char* sentence;        ///< one sentence that says what it does
  int32_t costly_maximum;      ///< 1: a component at the maximum takes so much memory or time that no test makes one
} weft_parameter;

/// A slot that wants a service or a stream (`receives`).
typedef struct weft_slot {
  uint32_t size;
  int32_t optional;  ///< 1: may be left unwired
  int32_t stream;    ///< 1: receives a stream; 0: wants a service
  const char* name;
  const char* interface_id;  ///< "weft.rl.value_function/1"
  const char* sentence;
  void* (*receiver)(void* component);  ///< for a stream: the component's own receiving interface; else null
} weft_slot;

/// A service that a component offers, or a stream that a stage emits.
typedef struct weft_offer {
  uint32_t size;
  int32_t stream;  ///< 1: a stream; 0: a service
  const char* name;
  const char* interface_id;
  const char* sentence;
  void* (*service)(void* component);  ///< for a service: the interface of this component; else null
} weft_offer;

/// A number that a component records.
typedef struct weft_metric {
  uint32_t size;
  int32_t headline;  ///< 1: shown on the progress line and in the summary
  int32_t averaged;  ///< 1: the mean of what was recorded since the last report; 0: each value
  const char* name;
  const char* unit;
  const char* sentence;
} weft_metric;

/// A component type: everything that `weft inspect` shows, and how to make one.
typedef struct weft_component_type {
  uint32_t size;
  uint32_t state_version;  ///< of what save() writes; a checkpoint of another version is refused
  int32_t schedulable;     ///< 1: a stage that the schedule may run
  uint32_t parameter_count, slot_count, offer_count, metric_count;
  const char* name;       ///< "loss.vagram"
  const char* summary;    ///< one sentence
  const char* reference;  ///< where it comes from (paper, equation), or empty
  const weft_parameter* const* parameters;
  const weft_slot* const* slots;
  const weft_offer* const* offers;
  const weft_metric* const* metrics;
  /// Makes a component. `setup` is a weft::Setup*, the result a weft::Component*. May throw.
  void* (*create)(void* setup);
} weft_component_type;

/// What the entry function returns; lives as long as the process.
typedef struct weft_plugin_entry {
  uint64_t magic;  ///< WEFT_ENTRY_MAGIC
  uint32_t size;   ///< sizeof(weft_plugin_entry) of the plugin's SDK
  uint16_t sdk_major, sdk_minor;
  const char* name;     ///< "loss_vagram"
  const char* version;  ///< of the plugin: "1.0.0"
  const char* licence;  ///< an SPDX expression: "MIT"
  uint32_t type_count;
  const weft_component_type* const* types;
} weft_plugin_entry;

#ifdef __cplusplus
}
#endif
