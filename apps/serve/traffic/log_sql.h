// The SQL of a log query: the same for both databases but for how values stand in it.
#pragma once

#include "exchange.h"

#include <cstdint>
#include <string>

namespace diamond::serve {

enum class LogOrder { newest_first, oldest_first };

/// How values stand in a database's SQL: as they are, or as parameters, which an implementation
/// collects.
class SqlValues {
 public:
  virtual ~SqlValues() = default;
  [[nodiscard]] virtual std::string number(std::int64_t number) = 0;
  [[nodiscard]] virtual std::string word(const std::string& word) = 0;
};

/// " WHERE … ORDER BY id DESC": all of a query but its limit.
[[nodiscard]] std::string log_sql(const LogQuery& query, LogOrder order, SqlValues& values);

}  // namespace diamond::serve
