#include "log_sql.h"

namespace diamond::serve {

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
  }
  if (query.status)
    conditions.push_back("status BETWEEN " + std::to_string(query.status->least) + " AND " +
                         std::to_string(query.status->most));
  for (std::size_t i = 0; i < conditions.size(); ++i)
    sql.where_order_limit += (i == 0 ? " WHERE " : " AND ") + conditions[i];
  sql.where_order_limit += " ORDER BY id DESC LIMIT " + std::to_string(query.limit);
  return sql;
}

}  // namespace diamond::serve
