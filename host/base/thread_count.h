/// The number of threads to use.
#pragma once

namespace weft::host {

/// `requested`, or the number of cores when it is 0.
int thread_count(int requested);

}  // namespace weft::host
