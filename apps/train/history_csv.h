// Models as CSV (RFC 4180), for spreadsheets.
#pragma once

#include "history_query.h"

#include <string>
#include <vector>

namespace diamond::train {

/// A line with the names of history_columns(), and a line for each model, each ended by CRLF.
/// Numbers have as many digits as they need to be read back the same; what is not known is empty.
[[nodiscard]] std::string history_csv(const std::vector<HistoryEntry>& entries);

}  // namespace diamond::train
