/// How a component type describes itself: one static function per class fills in tables, which the host uses to check
/// graphs, for `weft inspect` and for the reference pages.
///
///     static void describe(weft::Description<VagramLoss>& type) {
///       type.summary("Squared error weighted by the value gradient.");
///       type.offers<weft::rl::ModelLoss>("loss", "the loss");
///       type.slot<weft::rl::ValueFunction>("value", "the value function whose gradients weight the error");
///       type.real("clip_quantile", 0.95, weft::between(0.0, 1.0), "gradient norms are clipped at this quantile");
///     }
///
/// describe() runs once per process, when the plugin is loaded. It must only fill in the tables, and not depend on the
/// machine or the environment. All texts passed to it must stay valid until the process ends: use string literals.
#pragma once

#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <initializer_list>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "weft/core/abi.h"
#include "weft/core/component.h"

namespace weft {

/// The values that a number may take, in the unit of its parameter.
struct Range {
  double minimum = -std::numeric_limits<double>::infinity();
  double maximum = std::numeric_limits<double>::infinity();
  bool minimum_open = false;    ///< whether the minimum itself is excluded
  bool maximum_open = false;    ///< whether the maximum itself is excluded
  bool costly_maximum = false;  ///< see costly()
};

/// Any finite number.
inline Range any_number() { return {}; }
/// `minimum` and everything above it.
inline Range at_least(double minimum) { return {minimum, std::numeric_limits<double>::infinity()}; }
/// Everything above `minimum`, without `minimum` itself.
inline Range above(double minimum) { return {minimum, std::numeric_limits<double>::infinity(), true}; }
/// From `minimum` to `maximum`, both included.
inline Range between(double minimum, double maximum) { return {minimum, maximum}; }
/// The same range, for sizes: its maximum is allowed, but takes so much memory or time that `weft validate` makes no
/// component with it.
inline Range costly(Range range) {
  range.costly_maximum = true;
  return range;
}

/// The tables of one type, and the memory that they point to. The plugin keeps them until the process ends.
///
/// In all functions, `key` and `name` have the form `[a-z][a-z0-9_]*`, `sentence` describes the row in one sentence or
/// phrase on one line, and `unit` is the unit of numbers: "steps", "1/s", or "" for pure numbers. Keys of parameters
/// and names of slots share one namespace, because a graph writes them into one table. The host checks the tables when
/// it loads the plugin and reports mistakes with the type and the row.
class TypeTables {
 public:
  TypeTables(const TypeTables&) = delete;
  TypeTables& operator=(const TypeTables&) = delete;

  /// Describes the type in one sentence. Required.
  void summary(const char* sentence) { type_.summary = sentence; }
  /// The source of the method: authors, venue and year, equation. Default: none.
  void reference(const char* source) { type_.reference = source; }
  /// The version of what save() writes; increase it whenever that changes. A checkpoint with another version is
  /// refused. Default: 1.
  void state_version(uint32_t version) { type_.state_version = version; }

  // Parameters. `value` and `values` are defaults, which must lie in the range; a graph may set another value.

  /// A parameter that is true or false.
  void flag(const char* key, bool value, const char* sentence) {
    parameter(WEFT_FLAG, key, value ? "true" : "false", {}, sentence, "");
  }
  /// A 64-bit integer.
  void integer(const char* key, int64_t value, Range range, const char* sentence, const char* unit = "") {
    parameter(WEFT_INTEGER, key, toml(value), range, sentence, unit);
  }
  /// A finite double. A graph may write it as an integer.
  void real(const char* key, double value, Range range, const char* sentence, const char* unit = "") {
    parameter(WEFT_REAL, key, toml(value), range, sentence, unit);
  }
  /// Any text. `value` must not contain quotes, backslashes or line breaks.
  void text(const char* key, const char* value, const char* sentence) {
    parameter(WEFT_TEXT, key, quoted(value), {}, sentence, "");
  }
  /// One of several words; `value` must be one of them.
  void choice(const char* key, const char* value, std::initializer_list<const char*> choices, const char* sentence) {
    weft_parameter& row = parameter(WEFT_TEXT, key, quoted(value), {}, sentence, "");
    choices_.emplace_back(choices);
    row.choices = choices_.back().data();
    row.choice_count = static_cast<uint32_t>(choices.size());
  }
  /// A list of 64-bit integers of any length, each inside the range.
  void integers(const char* key, const std::vector<int64_t>& values, Range range, const char* sentence,
                const char* unit = "") {
    parameter(WEFT_INTEGERS, key, list(values), range, sentence, unit);
  }
  /// A list of finite doubles of any length, each inside the range.
  void reals(const char* key, const std::vector<double>& values, Range range, const char* sentence,
             const char* unit = "") {
    parameter(WEFT_REALS, key, list(values), range, sentence, unit);
  }
  /// A finite double that may change during the run; see weft/core/ramp.h.
  void ramp(const char* key, double value, Range range, const char* sentence, const char* unit = "") {
    parameter(WEFT_REAL_RAMP, key, toml(value), range, sentence, unit);
  }
  /// An integer that may change during the run; values between ticks of the ramp are rounded down.
  void integer_ramp(const char* key, int64_t value, Range range, const char* sentence, const char* unit = "") {
    parameter(WEFT_INTEGER_RAMP, key, toml(value), range, sentence, unit);
  }
  /// A file name that a graph must contain. Use the key `out` for a file that is written and not read: `weft sweep`
  /// refuses to start runs that would write the same file.
  void path(const char* key, const char* sentence) { parameter(WEFT_PATH, key, "", {}, sentence, ""); }
  /// A file name that a graph may omit: Setup::path is empty then.
  void optional_path(const char* key, const char* sentence) {
    parameter(WEFT_PATH, key, "", {}, sentence, "").optional = 1;
  }

  /// A slot for a service of interface I, which a graph must wire.
  template <class I>
  void slot(const char* name, const char* sentence) {
    add_slot(name, I::interface_id, sentence, false);
  }
  /// A slot for a service of interface I that a graph may leave unwired: Setup::service returns an empty wire then.
  template <class I>
  void optional_slot(const char* name, const char* sentence) {
    add_slot(name, I::interface_id, sentence, true);
  }

  /// A stream of interface I that this stage sends through Setup::outlet.
  template <class I>
  void emits(const char* name, const char* sentence) {
    add_offer(name, I::interface_id, sentence, true, nullptr);
  }

  /// A number that this component records with Context::record; each recorded value becomes a row of metrics.csv. A
  /// name that ends in `*` declares a family: `mse_*` is recorded as mse_0, mse_1, and so on, never as headlines.
  void metric(const char* name, const char* sentence, const char* unit = "") { add_metric(name, sentence, unit, 0, 0); }
  /// A metric that is also shown on the progress line and in the summary.
  void headline(const char* name, const char* sentence, const char* unit = "") {
    add_metric(name, sentence, unit, 1, 0);
  }
  /// A metric for numbers that are recorded many times per tick: reported as the mean of the values recorded since the
  /// last report.
  void averaged(const char* name, const char* sentence, const char* unit = "") {
    add_metric(name, sentence, unit, 0, 1);
  }

  /// Completes the tables and returns them. Called once, by component_type; not for authors.
  const weft_component_type* finish() {
    type_.parameter_count = static_cast<uint32_t>(parameters_.size());
    type_.slot_count = static_cast<uint32_t>(slots_.size());
    type_.offer_count = static_cast<uint32_t>(offers_.size());
    type_.metric_count = static_cast<uint32_t>(metrics_.size());
    type_.parameters = point(parameters_, parameter_rows_);
    type_.slots = point(slots_, slot_rows_);
    type_.offers = point(offers_, offer_rows_);
    type_.metrics = point(metrics_, metric_rows_);
    return &type_;
  }

 protected:
  TypeTables(const char* name, bool schedulable, void* (*create)(void*)) {
    type_.size = sizeof(weft_component_type);
    type_.state_version = 1;
    type_.schedulable = schedulable ? 1 : 0;
    type_.name = name;
    type_.summary = "";
    type_.reference = "";
    type_.create = create;
  }

  weft_slot& add_slot(const char* name, const char* interface_id, const char* sentence, bool optional) {
    slots_.push_back({});
    weft_slot& row = slots_.back();
    row.size = sizeof(weft_slot);
    row.optional = optional ? 1 : 0;
    row.name = name;
    row.interface_id = interface_id;
    row.sentence = sentence;
    return row;
  }
  void add_offer(const char* name, const char* interface_id, const char* sentence, bool stream,
                 void* (*service)(void*)) {
    offers_.push_back({sizeof(weft_offer), stream ? 1 : 0, name, interface_id, sentence, service});
  }

 private:
  void add_metric(const char* name, const char* sentence, const char* unit, int headline, int averaged) {
    metrics_.push_back({sizeof(weft_metric), headline, averaged, name, unit, sentence});
  }
  weft_parameter& parameter(int kind, const char* key, const std::string& value, Range range, const char* sentence,
                            const char* unit) {
    texts_.push_back(value);
    parameters_.push_back({});
    weft_parameter& row = parameters_.back();
    row.size = sizeof(weft_parameter);
    row.kind = kind;
    row.key = key;
    row.default_value = value.empty() ? nullptr : texts_.back().c_str();
    row.minimum = range.minimum;
    row.maximum = range.maximum;
    row.minimum_open = range.minimum_open ? 1 : 0;
    row.maximum_open = range.maximum_open ? 1 : 0;
    row.costly_maximum = range.costly_maximum ? 1 : 0;
    row.unit = unit;
    row.sentence = sentence;
    return row;
  }

  static std::string toml(int64_t value) { return std::to_string(value); }
  /// The shortest text that reads back as the same number, with a point or an exponent, as TOML requires.
  static std::string toml(double value) {
    char text[40];
    for (int digits = 1; digits <= 17; ++digits) {
      std::snprintf(text, sizeof text, "%.*g", digits, value);
      if (std::stod(text) == value) break;
    }
    const std::string result = text;
    return result.find_first_of(".e") == std::string::npos ? result + ".0" : result;
  }
  static std::string quoted(const char* value) { return '"' + std::string(value) + '"'; }
  template <class T>
  static std::string list(const std::vector<T>& values) {
    std::string text = "[";
    for (std::size_t index = 0; index < values.size(); ++index) text += (index ? ", " : "") + toml(values[index]);
    return text + "]";
  }
  template <class Row>
  static const Row* const* point(const std::deque<Row>& rows, std::vector<const Row*>& pointers) {
    for (const Row& row : rows) pointers.push_back(&row);
    return pointers.data();
  }

  weft_component_type type_{};
  std::deque<std::string> texts_;
  std::deque<std::vector<const char*>> choices_;
  std::deque<weft_parameter> parameters_;
  std::deque<weft_slot> slots_;
  std::deque<weft_offer> offers_;
  std::deque<weft_metric> metrics_;
  std::vector<const weft_parameter*> parameter_rows_;
  std::vector<const weft_slot*> slot_rows_;
  std::vector<const weft_offer*> offer_rows_;
  std::vector<const weft_metric*> metric_rows_;
};

/// The tables of the component class T. T derives from Component or Stage, and from the interface of every service that
/// it offers and of every stream that it receives.
template <class T>
class Description : public TypeTables {
 public:
  /// Calls T::describe. Used by component_type; not for authors.
  explicit Description(const char* name) : TypeTables(name, std::is_base_of<Stage, T>::value, &create) {
    static_assert(std::is_base_of<Component, T>::value, "a component type derives from weft::Component or weft::Stage");
    static_assert(!std::is_abstract<T>::value,
                  "a component type defines every function of its interfaces; the notes below name the missing ones");
    static_assert(std::is_constructible<T, Setup&>::value, "a component type T has the constructor T(weft::Setup&)");
    T::describe(*this);
  }

  /// A service that T offers; T derives from I.
  template <class I>
  void offers(const char* name, const char* sentence) {
    static_assert(std::is_base_of<I, T>::value, "a component offers a service by deriving from its interface");
    add_offer(name, I::interface_id, sentence, false, &as<I>);
  }

  /// A slot for a stream, which a graph must wire. T derives from I, whose functions the sender calls.
  template <class I>
  void receives(const char* name, const char* sentence) {
    static_assert(std::is_base_of<I, T>::value, "a component receives a stream by deriving from its interface");
    weft_slot& row = add_slot(name, I::interface_id, sentence, false);
    row.stream = 1;
    row.receiver = &as<I>;
  }

 private:
  static void* create(void* setup) { return static_cast<Component*>(new T(*static_cast<Setup*>(setup))); }
  template <class I>
  static void* as(void* component) {
    return static_cast<I*>(static_cast<T*>(static_cast<Component*>(component)));
  }
};

}  // namespace weft
