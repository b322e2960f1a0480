#include "log_sql.h"

#include <utility>

namespace diamond::serve {

LogSql log_sql(const LogQuery& query, const std::function<std::string(std::size_t)>& mark) {
  LogSql sql;
  const auto parameter = [&](SqlValue value) {
    sql.values.push_back(std::move(value));
    return mark(sql.values.size());
  };
  std::vector<std::string> conditions;
  if (query.before) conditions.push_back("id < " + parameter(*query.before));
  if (!query.endpoints.empty()) {
    std::string list;
    for (const std::string& endpoint : query.endpoints) list += (list.empty() ? "" : ", ") + parameter(endpoint);
    conditions.push_back("endpoint IN (" + list + ")");
  }
  if (query.status) {
    conditions.push_back("status >= " + parameter(std::int64_t{query.status->least}));
    conditions.push_back("status <= " + parameter(std::int64_t{query.status->most}));
  }
  for (std::size_t i = 0; i < conditions.size(); ++i)
    sql.where_order_limit += (i == 0 ? " WHERE " : " AND ") + conditions[i];
  sql.where_order_limit += " ORDER BY id DESC LIMIT " + parameter(query.limit);
  return sql;
}

}  // namespace diamond::serve
