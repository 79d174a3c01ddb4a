/// How many threads to use.
#pragma once

namespace weft::host {

/// `requested`, or the number of cores where that is 0.
int thread_count(int requested);

}  // namespace weft::host
