#include "host/plugin/entry.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <atomic>
#include <boost/dll/shared_library.hpp>
#include <deque>
#include <exception>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "host/base/rows.h"
#include "host/plugin/tables.h"
#include "weft/core/version.h"

namespace weft::host {
namespace {

/// "kind.name"
bool is_type_name(std::string_view text) {
  const std::size_t point = text.find('.');
  return point != std::string_view::npos && is_name(text.substr(0, point)) && is_name(text.substr(point + 1));
}

/// Walks the tables of one entry; throws PluginError at the first thing that is missing, with the place where it is.
class TableCheck {
 public:
  explicit TableCheck(const std::filesystem::path& file) : file_(file) {}

  void entry(const weft_plugin_entry* entry) {
    where_ = "its entry";
    need(entry != nullptr, "returned null");
    need(entry->magic == WEFT_ENTRY_MAGIC, "returned a table without Weft's magic number");
    size(*entry);
    need(entry->sdk_major == WEFT_SDK_MAJOR && entry->sdk_minor <= WEFT_SDK_MINOR,
         fmt::format("declares SDK {}.{}; this host has SDK {}", entry->sdk_major, entry->sdk_minor, WEFT_SDK_VERSION));
    text(entry->name, "name");
    text(entry->version, "version");
    text(entry->licence, "license");
    need(entry->type_count > 0, "has no component type");
    each(entry->types, entry->type_count, "component type", [this](const weft_component_type& row) { type(row); });
  }

 private:
  void type(const weft_component_type& type) {
    size(type);
    text(type.name, "name");
    const std::string outer = fmt::format("type '{}'", type.name);
    where_ = outer;
    need(is_type_name(type.name), "has a name that is not of the form kind.name (a-z, 0-9 and _)");
    need(types_.insert(type.name).second, "is declared twice");
    text(type.summary, "summary");
    need(type.reference != nullptr, "has no reference (an empty text is valid)");
    need(type.create != nullptr, "has no factory");
    keys_ = {"use"};
    offers_.clear();
    metrics_.clear();
    within(outer, type.parameters, type.parameter_count, "parameter", [this](const auto& row) { parameter(row); });
    within(outer, type.slots, type.slot_count, "slot", [this](const auto& row) { slot(row); });
    within(outer, type.offers, type.offer_count, "service or stream", [this](const auto& row) { offer(row); });
    within(outer, type.metrics, type.metric_count, "metric", [this](const auto& row) { metric(row); });
  }

  void parameter(const weft_parameter& row) {
    size(row);
    key(row.key, keys_);
    add_name(row.key);
    need(row.kind >= WEFT_FLAG && row.kind <= WEFT_PATH, fmt::format("is of the unknown kind {}", row.kind));
    need(row.choice_count == 0 || row.choices != nullptr, "has no choices");
    for (uint32_t index = 0; index < row.choice_count; ++index) text(row.choices[index], "choice");
    need(row.minimum <= row.maximum, "has an empty range");
    need(row.unit != nullptr, "has no unit (an empty text is valid)");
    text(row.sentence, "sentence");
  }
  void slot(const weft_slot& row) {
    size(row);
    key(row.name, keys_);
    add_name(row.name);
    text(row.interface_id, "interface id");
    text(row.sentence, "sentence");
    need(!row.stream || row.receiver, "receives a stream and has no receiver");
  }
  void offer(const weft_offer& row) {
    size(row);
    key(row.name, offers_);
    add_name(row.name);
    text(row.interface_id, "interface id");
    text(row.sentence, "sentence");
    need(row.stream || row.service, "is a service without a function that gives it");
  }
  void metric(const weft_metric& row) {
    size(row);
    text(row.name, "name");
    need(metrics_.insert(row.name).second, fmt::format("'{}' is declared twice", row.name));
    add_name(row.name);
    need(row.unit != nullptr, "has no unit (an empty text is valid)");
    text(row.sentence, "sentence");
  }

  template <class Row, class Check>
  void within(const std::string& outer, const Row* const* rows, uint32_t count, const char* word, Check check) {
    where_ = outer;
    each(rows, count, word, check);
  }
  template <class Row, class Check>
  void each(const Row* const* rows, uint32_t count, const std::string& word, Check check) {
    const std::string outer = where_;
    need(count == 0 || rows != nullptr, fmt::format("has no table of its {} {} rows", count, word));
    for (uint32_t index = 0; index < count; ++index) {
      where_ = fmt::format("{}, {} {}", outer, word, index + 1);
      need(rows[index] != nullptr, "is missing");
      check(*rows[index]);
    }
  }

  void key(const char* name, std::set<std::string>& taken) {
    text(name, "name");
    need(is_name(name), fmt::format("has the name '{}', which is not of the form [a-z][a-z0-9_]*", name));
    need(taken.insert(name).second, fmt::format("has the name '{}', which is taken", name));
  }
  /// The place is "parameter 2 ('gamma')" from here on.
  void add_name(const char* name) { where_ += fmt::format(" ('{}')", name); }
  template <class Row>
  void size(const Row& row) {
    if (row.size < first_size<Row>)
      refuse(fmt::format("has {} bytes; expected at least {}", row.size, first_size<Row>), in_build);
  }
  void text(const char* text, const std::string& word) { need(text && *text, "has no " + word); }
  void need(bool fulfilled, const std::string& otherwise) {
    if (!fulfilled) refuse(otherwise, where_.starts_with("type ") ? in_description : in_build);
  }
  [[noreturn]] void refuse(const std::string& problem, const char* remedy) const {
    throw PluginError(fmt::format("{}: {} {}{}", file_.string(), where_, problem, remedy));
  }

  static constexpr const char* in_description = "; change describe() of that type, see weft/core/description.h";
  static constexpr const char* in_build =
      "; use WEFT_PLUGIN of weft/core/plugin.h, or rebuild the plugin with this host's SDK";

  std::filesystem::path file_;
  std::string where_;
  std::set<std::string> types_, keys_, offers_, metrics_;
};

std::atomic<const char*> being_loaded{""};

/// A file is being loaded for as long as this object lives.
class Loading {
 public:
  explicit Loading(const std::filesystem::path& file) { being_loaded = file.c_str(); }
  ~Loading() { being_loaded = ""; }
  Loading(const Loading&) = delete;
  Loading& operator=(const Loading&) = delete;
};

}  // namespace

bool is_name(std::string_view text) {
  if (text.empty() || text[0] < 'a' || text[0] > 'z') return false;
  for (const char letter : text)
    if (!(letter >= 'a' && letter <= 'z') && !(letter >= '0' && letter <= '9') && letter != '_') return false;
  return true;
}

void check_entry(const std::filesystem::path& file, const weft_plugin_entry* entry) { TableCheck(file).entry(entry); }

const char* plugin_being_loaded() noexcept { return being_loaded; }

const weft_plugin_entry* load_plugin(const std::filesystem::path& file) {
  const Loading loading(file);
  namespace dll = boost::dll;
  dll::fs::error_code error;
  auto library = std::make_unique<dll::shared_library>();
  library->load(file, error, dll::load_mode::rtld_now | dll::load_mode::rtld_local);
  if (error) {
    const char* message = ::dlerror();
    throw PluginError(
        fmt::format("{}: the dynamic linker reports: {}", file.string(), message ? message : error.message()));
  }
  // Never unloaded, whatever its entry does: its threads, static objects and types outlive any use of them.
  // Kept where a leak checker still sees it.
  static auto& kept = *new std::deque<std::unique_ptr<dll::shared_library>>;
  const dll::shared_library& loaded = *kept.emplace_back(std::move(library));
  if (!loaded.has(WEFT_ENTRY_SYMBOL))
    throw PluginError(
        fmt::format("{}: has no entry '{}'; a plugin's source contains WEFT_PLUGIN(...) once, outside any "
                    "namespace",
                    file.string(), WEFT_ENTRY_SYMBOL));
  const weft_plugin_entry* entry = nullptr;
  try {
    entry = loaded.get<const weft_plugin_entry*()>(WEFT_ENTRY_SYMBOL)();
  } catch (const std::exception& exception) {
    throw PluginError(fmt::format("{}: its entry threw: {}; the cause is in describe() of one of its types",
                                  file.string(), exception.what()));
  } catch (...) {
    throw PluginError(
        fmt::format("{}: its entry threw an object that is not a std::exception; the cause is in "
                    "describe() of one of its types",
                    file.string()));
  }
  check_entry(file, entry);
  return full_tables(*entry);
}

}  // namespace weft::host
