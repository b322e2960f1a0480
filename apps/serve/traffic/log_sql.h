// The SQL of a log query: the same for both databases but for the marks of its parameters.
#pragma once

#include "exchange.h"

#include <functional>
#include <string>
#include <vector>

namespace diamond::serve {

struct LogSql {
  std::string where_order_limit;    // " WHERE … ORDER BY id DESC LIMIT …"
  std::vector<std::string> values;  // of its parameters, in their order
};

/// Numbers stand in the text; words are parameters. `mark(n)` is how the database writes its n-th
/// parameter, counted from 1: "?1" or "$1".
[[nodiscard]] LogSql log_sql(const LogQuery& query,
                             const std::function<std::string(std::size_t)>& mark);

}  // namespace diamond::serve
