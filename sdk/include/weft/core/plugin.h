/// The header that a plugin's source includes: all of core, and the macro that makes a shared library a plugin.
///
///     WEFT_PLUGIN("loss_mse", "1.0.0", "MIT", weft::component_type<MseLoss>("loss.mse"))
#pragma once

#include "weft/core/abi.h"
#include "weft/core/component.h"
#include "weft/core/description.h"
#include "weft/core/random.h"
#include "weft/core/span.h"
#include "weft/core/version.h"

namespace weft {

/// The tables of the component class T under the name `name`, of the form `kind.name`. They stay valid until the
/// process ends. One name per class: later calls return the tables of the first call.
template <class T>
const weft_component_type* component_type(const char* name) {
  static Description<T> description(name);
  static const weft_component_type* type = description.finish();
  return type;
}

}  // namespace weft

/// The version of LibTorch if the plugin uses it (weft_add_plugin defines it), else "none".
#ifndef WEFT_TORCH_VERSION
#define WEFT_TORCH_VERSION "none"
#endif

/// The C++ standard library, and for libstdc++ what changes the layout of its types: the switch of its ABI, and its
/// debug mode.
#if defined(_GLIBCXX_DEBUG)
#define WEFT_CXX_DEBUG "1"
#else
#define WEFT_CXX_DEBUG "0"
#endif
#if defined(_LIBCPP_VERSION)
#define WEFT_CXX_LIBRARY "libc++"
#elif defined(_GLIBCXX_USE_CXX11_ABI) && _GLIBCXX_USE_CXX11_ABI
#define WEFT_CXX_LIBRARY "libstdc++ _GLIBCXX_USE_CXX11_ABI=1 _GLIBCXX_DEBUG=" WEFT_CXX_DEBUG
#else
#define WEFT_CXX_LIBRARY "libstdc++ _GLIBCXX_USE_CXX11_ABI=0 _GLIBCXX_DEBUG=" WEFT_CXX_DEBUG
#endif

/// The sanitizer that the plugin is compiled with, or "none".
#if defined(__SANITIZE_ADDRESS__)
#define WEFT_SANITIZER "address"
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WEFT_SANITIZER "address"
#endif
#endif
#ifndef WEFT_SANITIZER
#define WEFT_SANITIZER "none"
#endif

/// What must match between a plugin and its host: `key=value` pairs separated by semicolons. The host reads it from the
/// section `.weft` of the file before it loads the library.
#define WEFT_FINGERPRINT                                                                    \
  "weft-plugin;sdk=" WEFT_SDK_VERSION ";torch=" WEFT_TORCH_VERSION ";c++=" WEFT_CXX_LIBRARY \
  ";sanitizer"                                                                              \
  "=" WEFT_SANITIZER

/// Defines the entry of a plugin: its name, version and license (an SPDX expression), then its component types, each a
/// call of weft::component_type. Use it once per library, outside any namespace.
#define WEFT_PLUGIN(plugin_name, plugin_version, plugin_license, ...)                               \
  __attribute__((section(".weft"), used)) static const char weft_fingerprint[] = WEFT_FINGERPRINT;  \
  extern "C" __attribute__((visibility("default"))) const weft_plugin_entry* weft_plugin_v1(void) { \
    static const weft_component_type* const types[] = {__VA_ARGS__};                                \
    static const weft_plugin_entry entry = {WEFT_ENTRY_MAGIC,                                       \
                                            sizeof(weft_plugin_entry),                              \
                                            WEFT_SDK_MAJOR,                                         \
                                            WEFT_SDK_MINOR,                                         \
                                            plugin_name,                                            \
                                            plugin_version,                                         \
                                            plugin_license,                                         \
                                            sizeof(types) / sizeof(types[0]),                       \
                                            types};                                                 \
    return &entry;                                                                                  \
  }
