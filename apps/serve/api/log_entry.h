// An exchange as people and programs read it.
#pragma once

#include "../traffic/exchange.h"

#include <diamond/core/json.h>

#include <string>

namespace diamond::serve {

/// Every column under its name; what is empty is null, and requests and responses are the JSON that
/// they were.
[[nodiscard]] Json log_entry(const Exchange& exchange);

/// The names of the columns in the order of csv_line, as a line with its end.
[[nodiscard]] std::string csv_names();

/// The same as a line of CSV (RFC 4180) with its end: requests and responses as JSON text.
[[nodiscard]] std::string csv_line(const Exchange& exchange);

}  // namespace diamond::serve
