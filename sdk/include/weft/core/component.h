/// The base of everything that a plugin makes.
///
/// Life of a component: made by the host in topological order of the wires; then, for each checkpoint that a
/// run continues from, load() once before anything else is called; then calls through its services and, for
/// stages, run(), all on one thread, one at a time; save() between ticks; destroyed in the reverse order of
/// making. No call comes after an exception has left run().
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

/// A configured instance with a name in the graph. It offers a service by deriving from its interface as
/// well. Constructed as `T(weft::Setup&)`.
class Component {
 public:
  virtual ~Component() = default;
  Component(const Component&) = delete;
  Component& operator=(const Component&) = delete;

  /// Writes everything that changes what this component does next. Called between ticks; must not change
  /// the component. See StateWriter for the two passes.
  virtual void save(StateWriter& writer) const { (void)writer; }

  /// Reads back what save() wrote. Called at most once, right after all components were made. Throws Error
  /// when what was stored does not fit, and leaves the component unusable then.
  virtual void load(StateReader& reader) { (void)reader; }

 protected:
  Component() = default;
};

/// A component that acts when the schedule says so.
class Stage : public Component {
 public:
  /// One firing. Context::tick() tells the tick. An exception ends the run with exit code 4.
  virtual void run() = 0;
};

/// What the host hands to a constructor: parameters (already checked against the type's table), wires, and
/// the context. Implemented by the host; not to be kept after the constructor returns.
class Setup {
 public:
  virtual Context& context() = 0;

  /// Parameters, by their key and by their declared kind; asking for another kind or for a key that the
  /// table does not have is a programming error and throws SetupError.
  virtual bool flag(const char* key) const = 0;
  virtual int64_t integer(const char* key) const = 0;
  virtual double real(const char* key) const = 0;
  virtual std::string text(const char* key) const = 0;
  virtual std::vector<int64_t> integers(const char* key) const = 0;
  virtual std::vector<double> reals(const char* key) const = 0;
  virtual Ramp ramp(const char* key) const = 0;
  /// An absolute file name; empty when an optional path was left out.
  virtual std::string path(const char* key) const = 0;

  /// The service wired into a slot; an empty wire when an optional slot was left out.
  template <class I>
  Wire<I> service(const char* slot) {
    const void* owner = nullptr;
    I* object = static_cast<I*>(find_service(slot, I::interface_id, &owner));
    return {object, &context(), owner};
  }

  /// The sending end of a stream that the type declares.
  template <class I>
  Outlet<I> outlet(const char* stream) {
    return {find_receivers(stream, I::interface_id), &context()};
  }

  /// Not for authors: what the templates above stand on.
  virtual void* find_service(const char* slot, const char* interface_id, const void** owner) = 0;
  virtual const std::vector<Receiver>* find_receivers(const char* stream, const char* interface_id) = 0;

 protected:
  ~Setup() = default;
};

}  // namespace weft
