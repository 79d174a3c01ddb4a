/// The version of the SDK, as numbers for programs and as text for messages. 0.9 is what becomes 1.0: until then its
/// interfaces change, and plugins are rebuilt with each host. A plugin built with SDK 1.x will load into every host of
/// SDK 1.y with y >= x.
#pragma once

#define WEFT_SDK_MAJOR 0
#define WEFT_SDK_MINOR 9
#define WEFT_SDK_VERSION "0.9"
