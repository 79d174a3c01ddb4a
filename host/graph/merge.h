/// One graph file on top of the one that it extends.
#pragma once

#include <vector>

#include "host/base/diagnostic.h"
#include "host/base/written.h"

namespace weft::host {

/// Lays `over` on `base`: tables key by key, everything else replaced.
void merge(Written::Table& base, const Written::Table& over);

/// The schedule of a file that extends another. `[schedule.NAME]` tables change the inherited entries of these stages,
/// or add entries with `after`; `[[schedule]]` entries replace the inherited schedule, and a note names the stages that
/// are gone. Removes the schedule from `own`, so that merge() leaves the result alone; a schedule that is neither stays
/// there, for the check to report. Adds to `findings`.
void merge_schedule(Written::Table& base, Written::Table& own, std::vector<Diagnostic>& findings);

}  // namespace weft::host
