/// The version of the SDK, as numbers for programs and as text for messages. A plugin built with SDK 1.x loads into
/// every host of SDK 1.y with y >= x.
#pragma once

#define WEFT_SDK_MAJOR 1
#define WEFT_SDK_MINOR 0
#define WEFT_SDK_VERSION "1.0"
