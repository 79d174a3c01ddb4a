/// Handles on what other components offer. A call through one is known to the host: when it throws, the
/// message names the component that was called and not only the stage that called it.
#pragma once

#include <exception>
#include <memory>
#include <utility>
#include <vector>

#include "weft/core/context.h"
#include "weft/core/error.h"

namespace weft {

/// For the length of one call, tells the host which component is busy, and whether the call threw.
class CallScope {
 public:
  CallScope(Context* context, const void* owner) noexcept
      : context_(context), owner_(owner), exceptions_(std::uncaught_exceptions()) {
    context_->enter(owner_);
  }
  ~CallScope() { context_->leave(owner_, std::uncaught_exceptions() > exceptions_); }
  CallScope(const CallScope&) = delete;
  CallScope& operator=(const CallScope&) = delete;

 private:
  Context* context_;
  const void* owner_;
  int exceptions_;
};

/// What `->` of a handle returns: lives until the end of the full expression, with the consequence that Wire
/// tells. Not for authors to name or to keep.
template <class I>
class GuardedPointer {
 public:
  GuardedPointer(I* object, Context* context, const void* owner) noexcept : scope_(context, owner), object_(object) {}
  I* operator->() const noexcept { return object_; }

 private:
  CallScope scope_;
  I* object_;
};

/// An object that a service made for its caller (an environment's Simulation): owned by the caller, its
/// calls charged to the component that made it.
template <class I>
class Owned {
 public:
  Owned() = default;
  Owned(std::unique_ptr<I> object, Context* context, const void* owner)
      : object_(std::move(object)), context_(context), owner_(owner) {}

  GuardedPointer<I> operator->() const noexcept { return {object_.get(), context_, owner_}; }
  explicit operator bool() const noexcept { return object_ != nullptr; }

 private:
  std::unique_ptr<I> object_;
  Context* context_ = nullptr;
  const void* owner_ = nullptr;
};

/// A service of another component, as wired in the graph: `wire->call(...)`. Empty when an optional slot was
/// left unwired. The other component outlives this one.
///
/// The call counts as under way until the end of the full expression in which `->` stands: whatever else that
/// expression evaluates after it, arguments and uses of the result included, is charged to the other component
/// when it throws. So arguments and result that may throw go into locals:
/// `const auto input = prepare(x); const auto result = wire->call(input); use(result);`
template <class I>
class Wire {
 public:
  Wire() = default;
  Wire(I* object, Context* context, const void* owner) : object_(object), context_(context), owner_(owner) {}

  GuardedPointer<I> operator->() const noexcept { return {object_, context_, owner_}; }
  explicit operator bool() const noexcept { return object_ != nullptr; }

  /// Takes an object that this service made, so that its calls are charged to the service's component. Throws Error,
  /// charged to it as well, when it made nothing.
  template <class T>
  Owned<T> own(std::unique_ptr<T> made) const {
    if (!made) {
      const CallScope scope(context_, owner_);
      throw Error("it returned nothing where it has to make an object for its caller");
    }
    return {std::move(made), context_, owner_};
  }

 private:
  I* object_ = nullptr;
  Context* context_ = nullptr;
  const void* owner_ = nullptr;
};

/// One receiver of a stream; the host fills these in once all components are made.
struct Receiver {
  void* object = nullptr;
  const void* owner = nullptr;
};

/// The sending end of a stream that a stage emits. Receivers take what is sent at once, in the order of
/// their names. Not before the first run(): receivers are made after their sender.
template <class I>
class Outlet {
 public:
  Outlet() = default;
  Outlet(const std::vector<Receiver>* receivers, Context* context) : receivers_(receivers), context_(context) {}

  /// Calls `send(I&)` for each receiver.
  template <class Send>
  void for_each(Send send) const {
    for (const Receiver& receiver : *receivers_) {
      const CallScope scope(context_, receiver.owner);
      send(*static_cast<I*>(receiver.object));
    }
  }

 private:
  const std::vector<Receiver>* receivers_ = nullptr;
  Context* context_ = nullptr;
};

}  // namespace weft
