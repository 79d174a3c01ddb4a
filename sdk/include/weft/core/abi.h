/// The plain C interface of a plugin: what the host reads before it calls anything else in it.
///
/// Every struct begins with its own size in bytes. A later version of a struct only adds members at its end, so the
/// host reads a member of an older plugin's struct only if `size` covers it and uses zero otherwise. Zero therefore
/// always means "not specified". All pointers stay valid, and the data behind them unchanged, until the process ends.
/// Authors do not fill in these structs: `weft/core/description.h` does it from C++.
#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The first eight bytes of an entry: "WEFTPLUG", read as a little-endian number.
#define WEFT_ENTRY_MAGIC UINT64_C(0x47554c5054464557)

/// The name of the one symbol that a plugin exports: a function `const weft_plugin_entry* (*)(void)`.
#define WEFT_ENTRY_SYMBOL "weft_plugin_v1"

/// The kind of values that a parameter takes in a graph.
enum weft_parameter_kind {
  WEFT_FLAG = 0,          ///< true or false
  WEFT_INTEGER = 1,       ///< a 64-bit integer
  WEFT_REAL = 2,          ///< a finite double; an integer is accepted and converted
  WEFT_TEXT = 3,          ///< a string; one of `choices` if there are any
  WEFT_INTEGERS = 4,      ///< a list of integers, each inside the range
  WEFT_REALS = 5,         ///< a list of finite doubles, each inside the range
  WEFT_REAL_RAMP = 6,     ///< a number, or `{ from, to, between = [a, b] }`
  WEFT_INTEGER_RAMP = 7,  ///< the same with integers; values in between are rounded down
  WEFT_PATH = 8           ///< a file name, relative to the graph file that contains it
};

/// One parameter of a component type.
typedef struct weft_parameter {
  uint32_t size;               ///< sizeof(weft_parameter) in the plugin's SDK
  int32_t kind;                ///< one of weft_parameter_kind
  const char* key;             ///< `[a-z][a-z0-9_]*`
  const char* default_value;   ///< as TOML text (`0.95`, `[200, 200]`, `"diagonal"`); null: no default
  int32_t optional;            ///< 1: a graph may omit it although it has no default (a path is then empty)
  int32_t minimum_open;        ///< 1: the minimum itself is outside the range
  int32_t maximum_open;        ///< 1: the maximum itself is outside the range
  uint32_t choice_count;       ///< number of `choices`; 0: any text
  double minimum;              ///< smallest value of numbers; -infinity: no limit
  double maximum;              ///< largest value of numbers; +infinity: no limit
  const char* const* choices;  ///< the allowed texts, or null
  const char* unit;            ///< "ticks", "rows", "1/s"; empty: a pure number
  const char* sentence;        ///< one sentence or phrase that describes the parameter
  int32_t costly_maximum;      ///< 1: the maximum takes so much memory or time that no test makes a component with it
} weft_parameter;

/// A slot: a place into which a graph wires a service or a stream of another component.
typedef struct weft_slot {
  uint32_t size;                       ///< sizeof(weft_slot) in the plugin's SDK
  int32_t optional;                    ///< 1: a graph may leave it unwired
  int32_t stream;                      ///< 1: receives a stream; 0: uses a service
  const char* name;                    ///< `[a-z][a-z0-9_]*`, different from every parameter key of the type
  const char* interface_id;            ///< "weft.rl.value_function/1"
  const char* sentence;                ///< one sentence or phrase that describes the slot
  void* (*receiver)(void* component);  ///< for a stream: returns the component's receiving interface; else null
} weft_slot;

/// A service that a component offers, or a stream that a stage emits.
typedef struct weft_offer {
  uint32_t size;                      ///< sizeof(weft_offer) in the plugin's SDK
  int32_t stream;                     ///< 1: a stream; 0: a service
  const char* name;                   ///< `[a-z][a-z0-9_]*`
  const char* interface_id;           ///< "weft.rl.policy/1"
  const char* sentence;               ///< one sentence or phrase that describes it
  void* (*service)(void* component);  ///< for a service: returns the component's interface; else null
} weft_offer;

/// A number that a component records.
typedef struct weft_metric {
  uint32_t size;         ///< sizeof(weft_metric) in the plugin's SDK
  int32_t headline;      ///< 1: shown on the progress line and in the summary
  int32_t averaged;      ///< 1: reported as the mean since the last report; 0: every recorded value is reported
  const char* name;      ///< `[a-z][a-z0-9_]*`; a trailing `*` stands for a number: `mse_*` covers mse_0, mse_1, ...
  const char* unit;      ///< "steps", "1/s"; empty: a pure number
  const char* sentence;  ///< one sentence or phrase that describes the metric
} weft_metric;

/// A component type: everything that `weft inspect` shows, and the function that makes a component.
typedef struct weft_component_type {
  uint32_t size;             ///< sizeof(weft_component_type) in the plugin's SDK
  uint32_t state_version;    ///< version of what save() writes; a checkpoint with another version is refused
  int32_t schedulable;       ///< 1: a stage, which a schedule may run
  uint32_t parameter_count;  ///< number of `parameters`
  uint32_t slot_count;       ///< number of `slots`
  uint32_t offer_count;      ///< number of `offers`
  uint32_t metric_count;     ///< number of `metrics`
  const char* name;          ///< "loss.vagram"
  const char* summary;       ///< one sentence
  const char* reference;     ///< the source (paper, equation), or empty
  const weft_parameter* const* parameters;
  const weft_slot* const* slots;
  const weft_offer* const* offers;
  const weft_metric* const* metrics;
  /// Makes a component, which the caller owns. `setup` is a weft::Setup*, the result a weft::Component*. May throw.
  void* (*create)(void* setup);
} weft_component_type;

/// What the entry function returns. Valid until the process ends.
typedef struct weft_plugin_entry {
  uint64_t magic;       ///< WEFT_ENTRY_MAGIC
  uint32_t size;        ///< sizeof(weft_plugin_entry) in the plugin's SDK
  uint16_t sdk_major;   ///< WEFT_SDK_MAJOR of the plugin's SDK
  uint16_t sdk_minor;   ///< WEFT_SDK_MINOR of the plugin's SDK
  const char* name;     ///< "loss_vagram"
  const char* version;  ///< version of the plugin: "1.0.0"
  const char* licence;  ///< license of the plugin, an SPDX expression: "MIT"
  uint32_t type_count;  ///< number of `types`
  const weft_component_type* const* types;
} weft_plugin_entry;

#ifdef __cplusplus
}
#endif
