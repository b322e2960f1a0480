#include "log_sql.h"

#include <algorithm>

namespace diamond::serve {
namespace {

/// The conditions of the indexes. SQLite uses them only where a query has them word for word.
constexpr const char* rare_endpoint = "endpoint <> 'predict'";
constexpr const char* rare_status = "status >= 400";

}  // namespace

LogSql log_sql(const LogQuery& query, const std::function<std::string(std::size_t)>& mark) {
  LogSql sql;
  std::vector<std::string> conditions;
  if (query.before) conditions.push_back("id < " + std::to_string(*query.before));
  if (!query.endpoints.empty()) {
    std::string list;
    for (const std::string& endpoint : query.endpoints) {
      sql.values.push_back(endpoint);
      list += (list.empty() ? "" : ", ") + mark(sql.values.size());
    }
    conditions.push_back("endpoint IN (" + list + ")");
    const auto& names = query.endpoints;
    if (std::find(names.begin(), names.end(), "predict") == names.end())
      conditions.emplace_back(rare_endpoint);
  }
  if (query.status) {
    if (query.status->least >= 400) conditions.emplace_back(rare_status);
    conditions.push_back("status BETWEEN " + std::to_string(query.status->least) + " AND " +
                         std::to_string(query.status->most));
  }
  for (std::size_t i = 0; i < conditions.size(); ++i)
    sql.where_order_limit += (i == 0 ? " WHERE " : " AND ") + conditions[i];
  sql.where_order_limit += " ORDER BY id DESC LIMIT " + std::to_string(query.limit);
  return sql;
}

}  // namespace diamond::serve
