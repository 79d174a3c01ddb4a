/// The base classes of components.
///
/// The life of a component:
/// 1. The host makes it, after the components that are wired into its slots (topological order of the wires).
/// 2. If the run continues from a checkpoint, the host calls load() once, before anything else.
/// 3. Other components call its services, and the schedule calls run() if it is a stage: one call at a time, all on
///    one thread. Between ticks the host calls save().
/// 4. The host destroys it; components are destroyed in the reverse order of their making.
///
/// After an exception has left run(), the host only destroys components.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "weft/core/context.h"
#include "weft/core/error.h"
#include "weft/core/ramp.h"
#include "weft/core/state.h"
#include "weft/core/wire.h"

namespace weft {

/// A configured instance with a name in the graph. A component class derives from Component and from the interface of
/// every service that it offers; it is constructed as `T(weft::Setup&)`, and its destructor must not throw.
class Component {
 public:
  virtual ~Component() = default;
  Component(const Component&) = delete;
  Component& operator=(const Component&) = delete;

  /// Writes everything that affects what this component does next. Called between ticks, twice for each checkpoint (see
  /// StateWriter); must not change the component. The default writes nothing.
  virtual void save(StateWriter& writer) const { (void)writer; }

  /// Reads back everything that save() wrote. Called at most once, right after all components are made. Throws Error if
  /// the stored state does not fit; the component is unusable then. The default reads nothing.
  virtual void load(StateReader& reader) { (void)reader; }

 protected:
  Component() = default;
};

/// A component that acts when the schedule runs it.
class Stage : public Component {
 public:
  /// Performs one firing of the schedule; Context::tick() returns the current tick. An exception ends the run with exit
  /// code 4.
  virtual void run() = 0;
};

/// What the host passes to a constructor: the parameters, which are already checked against the type's table, the
/// wires, and the context. Implemented by the host. Valid only until the constructor returns.
class Setup {
 public:
  /// The component's context; valid until the component is destroyed, so the component may keep the reference.
  virtual Context& context() = 0;

  // Each function below returns the value of one parameter, in the unit that the table declares. Asking for a key that
  // the table does not have, or has with another kind, is a mistake in the plugin and throws SetupError.

  /// A parameter declared with `flag`.
  virtual bool flag(const char* key) const = 0;
  /// A parameter declared with `integer`.
  virtual int64_t integer(const char* key) const = 0;
  /// A parameter declared with `real`; finite.
  virtual double real(const char* key) const = 0;
  /// A parameter declared with `text` or `choice`.
  virtual std::string text(const char* key) const = 0;
  /// A parameter declared with `integers`; any number of elements.
  virtual std::vector<int64_t> integers(const char* key) const = 0;
  /// A parameter declared with `reals`; any number of elements.
  virtual std::vector<double> reals(const char* key) const = 0;
  /// A parameter declared with `ramp` or `integer_ramp`.
  virtual Ramp ramp(const char* key) const = 0;
  /// A parameter declared with `path` or `optional_path`: an absolute file name, or empty if an optional path was
  /// omitted.
  virtual std::string path(const char* key) const = 0;

  /// The service that is wired into `slot`; an empty wire if an optional slot was left unwired. The component that
  /// offers it is already made and outlives this one. Throws SetupError if the table has no such slot for I.
  template <class I>
  Wire<I> service(const char* slot) {
    const void* owner = nullptr;
    I* object = static_cast<I*>(find_service(slot, I::interface_id, &owner));
    return {object, &context(), owner};
  }

  /// The sending end of a stream that the type declares with `emits`. Throws SetupError if the table has no such stream
  /// of I.
  template <class I>
  Outlet<I> outlet(const char* stream) {
    return {find_receivers(stream, I::interface_id), &context()};
  }

  /// Used by service(); not for authors.
  virtual void* find_service(const char* slot, const char* interface_id, const void** owner) = 0;
  /// Used by outlet(); not for authors.
  virtual const std::vector<Receiver>* find_receivers(const char* stream, const char* interface_id) = 0;

 protected:
  ~Setup() = default;
};

}  // namespace weft
