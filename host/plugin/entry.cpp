#include "host/plugin/entry.h"

#include <dlfcn.h>

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

/// Walks the tables of one entry; the first thing that is missing is refused with the place where it is missing.
class TableCheck {
 public:
  explicit TableCheck(const std::filesystem::path& file) : file_(file) {}

  void entry(const weft_plugin_entry* entry) {
    where_ = "its entry";
    need(entry != nullptr, "returned nothing");
    need(entry->magic == WEFT_ENTRY_MAGIC, "returned something without Weft's magic number");
    size(*entry);
    if (entry->sdk_major != WEFT_SDK_MAJOR || entry->sdk_minor > WEFT_SDK_MINOR)
      need(false, "says SDK " + std::to_string(entry->sdk_major) + "." + std::to_string(entry->sdk_minor) +
                      "; this host has SDK " WEFT_SDK_VERSION);
    text(entry->name, "name");
    text(entry->version, "version");
    text(entry->licence, "licence");
    need(entry->type_count > 0, "has no component type");
    each(entry->types, entry->type_count, "component type", [this](const weft_component_type& row) { type(row); });
  }

 private:
  void type(const weft_component_type& type) {
    size(type);
    text(type.name, "name");
    const std::string outer = "type '" + std::string(type.name) + "'";
    where_ = outer;
    need(is_type_name(type.name), "has a name that is not of the form kind.name (a-z, 0-9 and _)");
    need(types_.insert(type.name).second, "is there twice");
    text(type.summary, "summary");
    need(type.reference != nullptr, "has no reference (an empty text is good)");
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
    call_it(row.key);
    need(row.kind >= WEFT_FLAG && row.kind <= WEFT_PATH, "is of the unknown kind " + std::to_string(row.kind));
    need(row.choice_count == 0 || row.choices != nullptr, "has no choices");
    for (uint32_t index = 0; index < row.choice_count; ++index) text(row.choices[index], "choice");
    need(row.minimum <= row.maximum, "has an empty range");
    need(row.unit != nullptr, "has no unit (an empty text is good)");
    text(row.sentence, "sentence");
  }
  void slot(const weft_slot& row) {
    size(row);
    key(row.name, keys_);
    call_it(row.name);
    text(row.interface_id, "interface id");
    text(row.sentence, "sentence");
    need(!row.stream || row.receiver, "receives a stream and has no receiver");
  }
  void offer(const weft_offer& row) {
    size(row);
    key(row.name, offers_);
    call_it(row.name);
    text(row.interface_id, "interface id");
    text(row.sentence, "sentence");
    need(row.stream || row.service, "is a service without a function that gives it");
  }
  void metric(const weft_metric& row) {
    size(row);
    text(row.name, "name");
    need(metrics_.insert(row.name).second, "'" + std::string(row.name) + "' is there twice");
    call_it(row.name);
    need(row.unit != nullptr, "has no unit (an empty text is good)");
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
    need(count == 0 || rows != nullptr, "has no table of its " + std::to_string(count) + " " + word + " rows");
    for (uint32_t index = 0; index < count; ++index) {
      where_ = outer;
      where_.append(", ").append(word).append(" ").append(std::to_string(index + 1));
      need(rows[index] != nullptr, "is missing");
      check(*rows[index]);
    }
  }

  void key(const char* name, std::set<std::string>& taken) {
    text(name, "name");
    need(is_name(name), "has the name '" + std::string(name) + "', which is not of the form [a-z][a-z0-9_]*");
    need(taken.insert(name).second, "has the name '" + std::string(name) + "', which is taken");
  }
  /// "parameter 2 ('gamma')" from here on
  void call_it(const char* name) { where_.append(" ('").append(name).append("')"); }
  template <class Row>
  void size(const Row& row) {
    if (row.size < first_size<Row>)
      refuse(
          "is " + std::to_string(row.size) + " bytes; at least " + std::to_string(first_size<Row>) + " were expected",
          made_by);
  }
  void text(const char* text, const std::string& word) { need(text && *text, "has no " + word); }
  void need(bool good, const std::string& complaint) {
    if (!good) refuse(complaint, where_.starts_with("type ") ? said_by : made_by);
  }
  [[noreturn]] void refuse(const std::string& complaint, const char* remedy) const {
    throw PluginError(file_.string() + ": " + where_ + " " + complaint + remedy);
  }

  static constexpr const char* said_by = "; change describe() of that type, see weft/core/description.h";
  static constexpr const char* made_by =
      "; use WEFT_PLUGIN of weft/core/plugin.h, or rebuild the plugin with this host's SDK";

  std::filesystem::path file_;
  std::string where_;
  std::set<std::string> types_, keys_, offers_, metrics_;
};

std::atomic<const char*> being_loaded{""};

/// While it lives, a file is being loaded.
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
    const char* words = ::dlerror();
    throw PluginError(file.string() + ": the linker says: " + (words ? words : error.message()));
  }
  // Loaded for good, whatever its entry does: its threads, static objects and types outlive any use of them.
  // Kept where a leak checker still sees it.
  static auto& kept = *new std::deque<std::unique_ptr<dll::shared_library>>;
  const dll::shared_library& loaded = *kept.emplace_back(std::move(library));
  if (!loaded.has(WEFT_ENTRY_SYMBOL))
    throw PluginError(file.string() + ": has no entry '" WEFT_ENTRY_SYMBOL
                                      "'; a plugin's source says WEFT_PLUGIN(...) once, outside any namespace");
  const weft_plugin_entry* entry = nullptr;
  try {
    entry = loaded.get<const weft_plugin_entry*()>(WEFT_ENTRY_SYMBOL)();
  } catch (const std::exception& exception) {
    throw PluginError(file.string() + ": its entry threw: " + exception.what() +
                      "; describe() of one of its types is at fault");
  } catch (...) {
    throw PluginError(
        file.string() +
        ": its entry threw something that is no std::exception; describe() of one of its types is at fault");
  }
  check_entry(file, entry);
  return full_tables(*entry);
}

}  // namespace weft::host
