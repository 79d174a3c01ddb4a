/// [run] and [[schedule]]: tables of the host's own, read by the same rules as the parameters of a component.
#pragma once

#include <cstdint>
#include <vector>

#include "host/graph/draft.h"
#include "host/graph/parameter.h"
#include "host/graph/source.h"

namespace weft::host {

/// Reads [run].
RunSettings read_run(const GraphSource& source, Problems& problems);

/// Reads [[schedule]]; an entry that never fires is a note when the run was shortened.
std::vector<ScheduleEntry> read_schedule(const GraphSource& source, const Drafts& drafts, int64_t ticks,
                                         Problems& problems);

}  // namespace weft::host
