/// Handles on what other components offer. The host tracks each call through a handle: if the call throws, the error
/// names the component that was called, and not only the stage that called it.
#pragma once

#include <exception>
#include <memory>
#include <utility>
#include <vector>

#include "weft/core/context.h"
#include "weft/core/error.h"

namespace weft {

/// While it exists, the host charges exceptions to the component with the token `owner`. Used by the handles below; not
/// for authors.
class CallScope {
 public:
  /// Calls Context::enter.
  CallScope(Context* context, const void* owner) noexcept
      : context_(context), owner_(owner), exceptions_(std::uncaught_exceptions()) {
    context_->enter(owner_);
  }
  /// Calls Context::leave, reporting whether an exception is leaving the scope.
  ~CallScope() { context_->leave(owner_, std::uncaught_exceptions() > exceptions_); }
  CallScope(const CallScope&) = delete;
  CallScope& operator=(const CallScope&) = delete;

 private:
  Context* context_;
  const void* owner_;
  int exceptions_;
};

/// What `->` of a handle returns. It exists until the end of the full expression; the documentation of Wire describes
/// the consequence. Authors neither name nor keep it.
template <class I>
class GuardedPointer {
 public:
  /// Begins a call into the component with the token `owner`.
  GuardedPointer(I* object, Context* context, const void* owner) noexcept : scope_(context, owner), object_(object) {}
  /// The object to call.
  I* operator->() const noexcept { return object_; }

 private:
  CallScope scope_;
  I* object_;
};

/// An object that a service made for its caller, such as a simulation of an environment. The caller owns it; exceptions
/// of its calls are charged to the component that made it. Made by Wire::own.
template <class I>
class Owned {
 public:
  /// An empty handle.
  Owned() = default;
  /// Used by Wire::own; not for authors.
  Owned(std::unique_ptr<I> object, Context* context, const void* owner)
      : object_(std::move(object)), context_(context), owner_(owner) {}

  /// Calls the object, which must not be empty. As for Wire, a call lasts until the end of the full expression.
  GuardedPointer<I> operator->() const noexcept { return {object_.get(), context_, owner_}; }
  /// Whether there is an object.
  explicit operator bool() const noexcept { return object_ != nullptr; }

 private:
  std::unique_ptr<I> object_;
  Context* context_ = nullptr;
  const void* owner_ = nullptr;
};

/// A service of another component, as wired in the graph: `wire->call(...)`. Empty if an optional slot was left
/// unwired. The other component outlives this one. Copying a wire copies the reference to the service.
///
/// A call lasts until the end of the full expression that contains `->`. An exception from anything that this
/// expression evaluates after `->`, including the arguments and uses of the result, is charged to the other component.
/// Therefore keep arguments and results that may throw in local variables:
///
///     const auto input = prepare(x);
///     const auto result = wire->call(input);
///     use(result);
template <class I>
class Wire {
 public:
  /// An empty wire.
  Wire() = default;
  /// Used by Setup::service and by tests; authors obtain wires from Setup::service.
  Wire(I* object, Context* context, const void* owner) : object_(object), context_(context), owner_(owner) {}

  /// Calls the service; the wire must not be empty.
  GuardedPointer<I> operator->() const noexcept { return {object_, context_, owner_}; }
  /// Whether a service is wired.
  explicit operator bool() const noexcept { return object_ != nullptr; }

  /// Takes an object that this service made, so that exceptions of its calls are charged to the service's component:
  /// `environment.own(environment->make())`. Throws Error, charged to that component, if `made` is null.
  template <class T>
  Owned<T> own(std::unique_ptr<T> made) const {
    if (!made) {
      const CallScope scope(context_, owner_);
      throw Error("it returned null; an object for the caller was expected");
    }
    return {std::move(made), context_, owner_};
  }

 private:
  I* object_ = nullptr;
  Context* context_ = nullptr;
  const void* owner_ = nullptr;
};

/// One receiver of a stream. The host fills it in after all components are made; not for authors.
struct Receiver {
  void* object = nullptr;       ///< its receiving interface
  const void* owner = nullptr;  ///< the token of its component
};

/// The sending end of a stream that a stage emits. Receivers process what is sent at once, one after another, in the
/// order of their names. Use it only in run(): receivers are made after their sender.
template <class I>
class Outlet {
 public:
  /// An outlet that must not be used before it is assigned.
  Outlet() = default;
  /// Used by Setup::outlet; not for authors.
  Outlet(const std::vector<Receiver>* receivers, Context* context) : receivers_(receivers), context_(context) {}

  /// Calls `send(I&)` for each receiver; does nothing if the stream has no receivers. Exceptions are charged to the
  /// receiver and end the loop.
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
