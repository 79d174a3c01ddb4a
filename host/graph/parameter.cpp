#include "host/graph/parameter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

#include "host/base/rows.h"
#include "host/graph/keys.h"
#include "host/graph/source.h"

namespace weft::host {
namespace {

constexpr std::size_t most_errors = 100;

/// By file and line; options come last.
void sort_by_place(std::vector<Diagnostic>& diagnostics) {
  const auto key = [](const Diagnostic& diagnostic) {
    const Place& place = diagnostic.place;
    return std::tuple(place.file.starts_with("--"), place.file, place.line, place.column);
  };
  std::stable_sort(diagnostics.begin(), diagnostics.end(),
                   [&](const Diagnostic& left, const Diagnostic& right) { return key(left) < key(right); });
}

bool takes_text(const weft_parameter& row) { return row.kind == WEFT_TEXT || row.kind == WEFT_PATH; }
bool takes_integers(const weft_parameter& row) {
  return row.kind == WEFT_INTEGER || row.kind == WEFT_INTEGERS || row.kind == WEFT_INTEGER_RAMP;
}

std::string bound_text(double bound) {
  const bool short_number = bound == std::floor(bound) && std::abs(bound) < 1e15;
  return short_number ? fmt::to_string(static_cast<int64_t>(bound)) : toml_real(bound);
}

/// "above 0 and at most 1"; nothing where there are no bounds.
std::string range_text(const weft_parameter& row) {
  std::string text;
  if (std::isfinite(row.minimum))
    text = fmt::format("{} {}", row.minimum_open ? "above" : "at least", bound_text(row.minimum));
  if (std::isfinite(row.maximum))
    text += fmt::format("{}{} {}", text.empty() ? "" : " and ", row.maximum_open ? "below" : "at most",
                        bound_text(row.maximum));
  return text;
}

std::vector<std::string> choices(const weft_parameter& row) { return {row.choices, row.choices + row.choice_count}; }

std::string one_number(const weft_parameter& row) {
  const std::string range = range_text(row);
  return fmt::format("a {} number{}{}", takes_integers(row) ? "whole" : "finite", range.empty() ? "" : ", ", range);
}

bool in_range(double value, const weft_parameter& row) {
  const bool above = row.minimum_open ? value > row.minimum : value >= row.minimum;
  const bool below = row.maximum_open ? value < row.maximum : value <= row.maximum;
  return std::isfinite(value) && above && below;
}

std::optional<int64_t> whole_number(const Written& written, const weft_parameter& row) {
  const auto* value = std::get_if<int64_t>(&written.value);
  if (!value || !in_range(static_cast<double>(*value), row)) return std::nullopt;
  return *value;
}

std::optional<double> number(const Written& written, const weft_parameter& row) {
  const auto* whole = std::get_if<int64_t>(&written.value);
  const auto* real = std::get_if<double>(&written.value);
  if (!whole && !real) return std::nullopt;
  const double value = whole ? static_cast<double>(*whole) : *real;
  return in_range(value, row) ? std::optional(value) : std::nullopt;
}

/// A number of a ramp. In a ramp of whole numbers it is whole, and small enough for a double to hold it exactly.
std::optional<double> ramp_number(const Written& written, const weft_parameter& row) {
  constexpr int64_t largest = int64_t{1} << std::numeric_limits<double>::digits;
  const auto* whole = std::get_if<int64_t>(&written.value);
  if (row.kind == WEFT_INTEGER_RAMP && (!whole || *whole < -largest || *whole > largest)) return std::nullopt;
  return number(written, row);
}

/// A tick of a ramp.
weft_parameter ticks_row() {
  weft_parameter row{};
  row.kind = WEFT_INTEGER;
  row.minimum = 0;
  row.maximum = HUGE_VAL;
  return row;
}

/// Reads `{ from = 1, to = 5, between = [20_000, 150_000] }`, with its own message for each error.
class RampReader {
 public:
  RampReader(const Written& written, const weft_parameter& row, Problems& problems)
      : written_(written), table_(*written.table()), row_(row), problems_(problems) {}

  std::optional<Value> read() {
    const std::vector<std::string> known{"from", "to", "between"};
    for (const Written::Member& member : table_)
      if (std::find(known.begin(), known.end(), member.key) == known.end())
        fail(member.place, unknown("key", member.key, known, "a ramp"));
    const std::optional<double> from = end("from");
    const std::optional<double> to = end("to");
    read_between();
    if (failed_) return std::nullopt;
    return Ramp{*from, *to, begin_, end_};
  }

 private:
  void fail(const Place& place, const std::string& message) {
    failed_ = true;
    problems_.error(place, fmt::format("'{}': {}", row_.key, message));
  }

  const Written* need(const char* key) {
    const Written::Member* member = find(table_, key);
    if (!member)
      fail(written_.place,
           fmt::format("missing '{}' of the ramp; expected {{ from = ..., to = ..., between = [a, b] }}", key));
    return member ? &member->value : nullptr;
  }

  std::optional<double> end(const char* key) {
    const Written* written = need(key);
    if (!written) return std::nullopt;
    const std::optional<double> value = ramp_number(*written, row_);
    if (!value)
      fail(written->place, fmt::format("'{}' must be {}; found {}", key, one_number(row_), to_text(*written)));
    return value;
  }

  void read_between() {
    const Written* written = need("between");
    if (!written) return;
    const weft_parameter row = ticks_row();
    const Written::List* list = written->list();
    const bool pair = list && list->size() == 2;
    const std::optional<int64_t> first = pair ? whole_number(list->front(), row) : std::nullopt;
    const std::optional<int64_t> last = pair ? whole_number(list->back(), row) : std::nullopt;
    if (!first || !last || *first > *last)
      return fail(written->place,
                  fmt::format("'between' must be two ticks [a, b] with 0 <= a <= b; found {}", to_text(*written)));
    begin_ = *first;
    end_ = *last;
  }

  const Written& written_;
  const Written::Table& table_;
  const weft_parameter& row_;
  Problems& problems_;
  int64_t begin_ = 0, end_ = 0;
  bool failed_ = false;
};

template <class T, class Read>
std::optional<Value> read_list(const Written& written, Read read) {
  if (!written.list()) return std::nullopt;
  std::vector<T> values;
  for (const Written& element : *written.list()) {
    const std::optional<T> value = read(element);
    if (!value) return std::nullopt;
    values.push_back(*value);
  }
  return values;
}

std::optional<Value> read_text(const Written& written, const weft_parameter& row) {
  if (!written.text()) return std::nullopt;
  const std::vector<std::string> allowed = choices(row);
  if (!allowed.empty() && std::find(allowed.begin(), allowed.end(), *written.text()) == allowed.end())
    return std::nullopt;
  return *written.text();
}

/// A file that a graph file tells a component to write: below the run's folder. Only the command line, which no
/// stranger writes, can name another place. It stays relative: the folder is not known yet.
std::optional<Value> output_in_run(const std::string& name) {
  const std::filesystem::path file(name);
  const bool leaves = std::find(file.begin(), file.end(), "..") != file.end();
  if (file.is_absolute() || leaves || (!name.empty() && !file.has_filename())) return std::nullopt;
  return name;
}

/// The value where it fits the row; a ramp that is a table is read by RampReader.
std::optional<Value> read_plain(const Written& written, const weft_parameter& row) {
  switch (row.kind) {
    case WEFT_FLAG:
      if (const auto* flag = std::get_if<bool>(&written.value)) return *flag;
      return std::nullopt;
    case WEFT_INTEGER:
      return whole_number(written, row);
    case WEFT_REAL:
      return number(written, row);
    case WEFT_TEXT:
      return read_text(written, row);
    case WEFT_INTEGERS:
      return read_list<int64_t>(written, [&](const Written& element) { return whole_number(element, row); });
    case WEFT_REALS:
      return read_list<double>(written, [&](const Written& element) { return number(element, row); });
    case WEFT_REAL_RAMP:
    case WEFT_INTEGER_RAMP:
      if (const std::optional<double> value = ramp_number(written, row)) return Ramp{*value, *value, 0, 0};
      return std::nullopt;
    case WEFT_PATH:
      if (!written.text() || (written.text()->empty() && !row.optional)) return std::nullopt;
      if (is_output(row) && written.place.line > 0) return output_in_run(*written.text());
      return written.text()->empty() ? std::string() : resolve(*written.text(), written.place).string();
    case file_list:
      return read_list<std::string>(written, [](const Written& element) -> std::optional<std::string> {
        if (!element.text() || element.text()->empty()) return std::nullopt;
        return resolve(*element.text(), element.place).string();
      });
    default:
      return std::nullopt;
  }
}

template <class T, class Print>
std::string list_text(const std::vector<T>& values, Print print) {
  std::string text = "[";
  for (std::size_t index = 0; index < values.size(); ++index) text += (index ? ", " : "") + print(values[index]);
  return text + "]";
}

std::string ramp_text(const Ramp& ramp, int32_t kind) {
  const auto number = [&](double value) {
    return kind == WEFT_INTEGER_RAMP ? fmt::to_string(static_cast<int64_t>(value)) : toml_real(value);
  };
  if (ramp.from == ramp.to && ramp.begin == 0 && ramp.end == 0) return number(ramp.from);
  return fmt::format("{{ from = {}, to = {}, between = [{}, {}] }}", number(ramp.from), number(ramp.to), ramp.begin,
                     ramp.end);
}

}  // namespace

void Problems::error(const Place& place, const std::string& message) {
  errors_.push_back({Severity::error, place, message});
  if (errors_.size() == most_errors) throw_errors();
}

void Problems::throw_errors() {
  if (errors_.empty()) return;
  sort_by_place(errors_);
  if (errors_.size() == most_errors) {
    errors_.emplace_back();
    errors_.back().severity = Severity::note;
    errors_.back().message = fmt::format("there may be more errors; the first {} are listed", most_errors);
  }
  throw Failure(ExitCode::wrong_input, std::move(errors_));
}

std::vector<Diagnostic> Problems::take_notes() {
  sort_by_place(notes_);
  return std::move(notes_);
}

std::string unknown(const std::string& what, const std::string& name, const std::vector<std::string>& known,
                    const std::string& owner) {
  return fmt::format("unknown {} '{}'; {} takes {}{}", what, name, owner, enumerate(known, "no keys"),
                     suggestion(name, known));
}

std::string expectation(const weft_parameter& row) {
  const std::string range = range_text(row);
  const std::string each = range.empty() ? "" : fmt::format(", each {}", range);
  switch (row.kind) {
    case WEFT_FLAG:
      return "true or false";
    case WEFT_TEXT:
      return row.choice_count > 0 ? fmt::format("one of {}", enumerate(choices(row))) : "a text";
    case WEFT_INTEGERS:
      return fmt::format("a list of whole numbers{}", each);
    case WEFT_REALS:
      return fmt::format("a list of finite numbers{}", each);
    case WEFT_REAL_RAMP:
    case WEFT_INTEGER_RAMP:
      return fmt::format("{}, or a ramp {{ from, to, between = [a, b] }} of such numbers", one_number(row));
    case WEFT_PATH:
      return is_output(row)
                 ? "the name of a file below the run's folder, relative and without '..' (--set may name any)"
                 : "the name of a file";
    case file_list:
      return "a list of file names";
    default:
      return one_number(row);
  }
}

std::optional<Value> read_parameter(const Written& given, const weft_parameter& row, const std::string& owner,
                                    Problems& problems) {
  const Written written = read_option(given, takes_text(row));
  const bool ramp = row.kind == WEFT_REAL_RAMP || row.kind == WEFT_INTEGER_RAMP;
  if (ramp && written.table()) return RampReader(written, row, problems).read();
  std::optional<Value> value = read_plain(written, row);
  if (!value) {
    const std::string near = written.text() ? suggestion(*written.text(), choices(row)) : "";
    problems.error(written.place, fmt::format("'{}' of {} must be {}; found {}{}", row.key, owner, expectation(row),
                                              to_text(written), near));
  }
  return value;
}

std::optional<Value> default_value(const weft_parameter& row, const std::string& owner, Problems& problems) {
  if (!row.default_value) return row.optional ? std::optional<Value>(std::string()) : std::nullopt;
  const char* remedy = "; this is an error in the plugin: change it in describe()";
  const std::optional<Written> written = parse_value(row.default_value);
  if (!written) {
    problems.error({}, fmt::format("the default of '{}' of {} is not valid TOML: {}{}", row.key, owner,
                                   row.default_value, remedy));
    return std::nullopt;
  }
  Problems found;
  const std::optional<Value> value = read_parameter(*written, row, owner, found);
  for (const Diagnostic& error : found.errors())
    problems.error({}, fmt::format("the default of {}{}", error.message, remedy));
  return value;
}

std::string to_toml(const Value& value, int32_t kind) {
  struct Print {
    int32_t kind;
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(int64_t number) const { return fmt::to_string(number); }
    std::string operator()(double number) const { return toml_real(number); }
    std::string operator()(const std::string& text) const { return toml_string(text); }
    std::string operator()(const std::vector<int64_t>& values) const {
      return list_text(values, [](int64_t number) { return fmt::to_string(number); });
    }
    std::string operator()(const std::vector<double>& values) const { return list_text(values, toml_real); }
    std::string operator()(const std::vector<std::string>& values) const { return list_text(values, toml_string); }
    std::string operator()(const Ramp& ramp) const { return ramp_text(ramp, kind); }
  };
  return std::visit(Print{kind}, value);
}

}  // namespace weft::host
