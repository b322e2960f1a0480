// The SQL of a log query: the same for both databases but for how words stand in it.
#pragma once

#include "exchange.h"

#include <functional>
#include <string>
#include <vector>

namespace diamond::serve {

enum class LogOrder { newest_first, oldest_first };

struct LogSql {
  std::string where_order;          // " WHERE … ORDER BY id DESC"
  std::vector<std::string> values;  // its words, in their order
};

/// How a word stands in the text: as the mark of the n-th parameter, counted from 1, or quoted.
using WordInSql = std::function<std::string(std::size_t n, const std::string& word)>;

/// All of a query but its limit. Numbers stand in the text, words as `word_in_sql` has them.
[[nodiscard]] LogSql log_sql(const LogQuery& query, LogOrder order, const WordInSql& word_in_sql);

}  // namespace diamond::serve
