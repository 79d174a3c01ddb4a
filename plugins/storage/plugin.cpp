// Rows and value functions in HDF5 files, for experiments on recorded data and for other programs.
#include "weft/core/plugin.h"

#include "types.h"

WEFT_PLUGIN("storage", "1.0.0", "MIT", weft::storage::file_rows_type(), weft::storage::save_rows_type(),
            weft::storage::save_value_type(), weft::storage::load_value_type())
