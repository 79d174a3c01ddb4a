#include "host/engine/call_tracker.h"

#include <fmt/format.h>

#include <algorithm>

#include "host/base/memory.h"
#include "host/engine/instance.h"

namespace weft::host {
namespace {

/// The tracker of the existing instance: a signal handler has no other access to it.
std::atomic<const CallTracker*> live{nullptr};

/// Text in memory of fixed size, composed with async-signal-safe code only.
class FixedText {
 public:
  void clear() { size_ = 0; }
  void add(const char* text) {
    while (*text && size_ + 1 < sizeof text_) text_[size_++] = *text++;
    text_[size_] = '\0';
  }
  void add(int64_t number) {
    char digits[24];
    char* first = digits + sizeof digits;
    *--first = '\0';
    do {
      *--first = static_cast<char>('0' + number % 10);
      number /= 10;
    } while (number > 0);
    add(first);
  }
  const char* text() const { return text_; }

 private:
  char text_[1024] = "";
  std::size_t size_ = 0;
};

/// "stage 'sum' (stage.sum) of stages.so, in run, tick 5000", or for a call from one component to
/// another "..., called by stage 'sum' in run, tick 5000".
void describe(FixedText& out, const Callee& innermost, const Callee& outermost, Phase phase, int64_t tick) {
  static constexpr const char* words[] = {"construction", "run", "save", "load", "destruction"};
  out.add(innermost.label.c_str());
  out.add(", ");
  if (&innermost != &outermost) {
    out.add("called by ");
    out.add(outermost.name.c_str());
    out.add(" ");
  }
  out.add("in ");
  out.add(words[static_cast<int>(phase)]);
  if (phase == Phase::run || phase == Phase::save) {
    out.add(", tick ");
    out.add(tick);
  }
}

}  // namespace

Callee::Callee(const ComponentNode& component)
    : node(component),
      name(fmt::format("{} '{}'", component.stage ? "stage" : "component", component.name)),
      label(fmt::format("{} ({}) of {}", name, component.type->type->name,
                        component.type->plugin->file.filename().string())) {}

CallTracker::CallTracker() { live.store(this); }

CallTracker::~CallTracker() {
  const CallTracker* self = this;
  live.compare_exchange_strong(self, nullptr);
}

void CallTracker::enter(const Callee* callee) noexcept {
  const int depth = depth_.load(std::memory_order_relaxed);
  if (depth < max_tracked) calls_[static_cast<std::size_t>(depth)].store(callee, std::memory_order_relaxed);
  depth_.store(depth + 1, std::memory_order_release);
  // A new call means that an earlier exception was caught, unless it is made during stack unwinding.
  if (std::uncaught_exceptions() == 0) thrower_ = nullptr;
}

void CallTracker::leave(bool throwing) noexcept {
  const int depth = depth_.load(std::memory_order_relaxed) - 1;
  if (throwing && !thrower_ && depth < max_tracked)
    thrower_ = calls_[static_cast<std::size_t>(depth)].load(std::memory_order_relaxed);
  depth_.store(depth, std::memory_order_release);
}

void CallTracker::begin(const Callee& callee, Phase phase) noexcept {
  phase_.store(phase, std::memory_order_relaxed);
  depth_.store(0, std::memory_order_relaxed);
  enter(&callee);
  thrower_ = nullptr;
}

void CallTracker::fail(const Callee& callee, const std::string& message) {
  end();
  throw ComponentFailure(phase_.load() == Phase::load ? ExitCode::wrong_input : ExitCode::run_failed,
                         fmt::format("{}: {}", where(callee), message));
}

std::string CallTracker::where(const Callee& callee) const {
  FixedText text;
  describe(text, thrower_ ? *thrower_ : callee, callee, phase_.load(), tick());
  return text.text();
}

std::string CallTracker::explanation(const std::exception& exception) {
  if (const std::string memory = memory_explanation(exception); !memory.empty()) return memory;
  std::string message = exception.what();
  const std::size_t backtrace = message.find("Exception raised from ");
  if (backtrace != std::string::npos && message.find("frame #0", backtrace) != std::string::npos)
    message.resize(backtrace);
  while (!message.empty() && message.back() == '\n') message.pop_back();
  return message.empty() ? "an exception without a message" : message;
}

const char* CallTracker::describe_busy() const noexcept {
  static FixedText text;
  const int depth = depth_.load(std::memory_order_acquire);
  if (depth == 0) return "";
  const int top = std::min(depth, max_tracked) - 1;
  text.clear();
  describe(text, *calls_[static_cast<std::size_t>(top)].load(), *calls_[0].load(), phase_.load(), tick());
  return text.text();
}

const char* busy_component() noexcept {
  const CallTracker* tracker = live.load();
  return tracker ? tracker->describe_busy() : "";
}

}  // namespace weft::host
