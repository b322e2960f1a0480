#include "log_sql.h"

#include "exchange_id.h"

#include <algorithm>

namespace diamond::serve {
namespace {

/// The conditions of the indexes. SQLite uses them only where a query has them word for word.
constexpr const char* rare_endpoint = "endpoint <> 'predict'";
constexpr const char* rare_status = "status <> 200";

/// An exchange is recorded when it was answered, and that does not take longer than this.
constexpr std::chrono::hours longest_exchange(1);

class Conditions {
 public:
  explicit Conditions(SqlValues& values) : values_(values) {}

  void add(const std::string& condition) {
    where_ += (where_.empty() ? " WHERE " : " AND ") + condition;
  }

  void add(const std::string& start, std::int64_t number) { add(start + values_.number(number)); }

  void add(const std::string& start, const std::string& word) { add(start + values_.word(word)); }

  void add_range(const std::string& column, std::int64_t least, std::int64_t most) {
    add(column + " BETWEEN " + values_.number(least) + " AND " + values_.number(most));
  }

  /// One of them, if there are any.
  void add_choice(const std::string& column, const std::vector<std::string>& words) {
    if (words.empty()) return;
    std::string list;
    for (const std::string& word : words) list += (list.empty() ? "" : ", ") + values_.word(word);
    add(column + " IN (" + list + ")");
  }

  [[nodiscard]] const std::string& where() const { return where_; }

 private:
  SqlValues& values_;
  std::string where_;
};

void add_endpoints(Conditions& conditions, const std::vector<std::string>& endpoints) {
  conditions.add_choice("endpoint", endpoints);
  const bool are_rare = std::find(endpoints.begin(), endpoints.end(), "predict") == endpoints.end();
  if (!endpoints.empty() && are_rare) conditions.add(rare_endpoint);
}

/// A whole class, as 4xx, has an index of its own: found in that, they are in the order of ids.
void add_status(Conditions& conditions, StatusRange status) {
  if (status.least > 200 || status.most < 200) conditions.add(rare_status);
  if (status.least == status.most)
    conditions.add("status = ", status.least);
  else if (status.least % 100 == 0 && status.most == status.least + 99)
    conditions.add("status / 100 = ", status.least / 100);
  else
    conditions.add_range("status", status.least, status.most);
}

/// Ids are in the order of time, so that a time need not be looked for. Who reads all to the end,
/// from the oldest on, gains nothing from an end, and loses nothing where a clock was ahead.
void add_times(Conditions& conditions, const LogQuery& query, LogOrder order) {
  if (query.since) {
    conditions.add("id >= ", first_exchange_id(*query.since));
    conditions.add("timestamp >= ", iso_time(*query.since));
  }
  if (query.until) {
    if (order == LogOrder::newest_first)
      conditions.add("id < ", first_exchange_id(*query.until + longest_exchange));
    conditions.add("timestamp < ", iso_time(*query.until));
  }
}

}  // namespace

std::string log_sql(const LogQuery& query, LogOrder order, SqlValues& values) {
  Conditions conditions(values);
  if (query.before) conditions.add("id < ", *query.before);
  add_endpoints(conditions, query.endpoints);
  if (query.status) add_status(conditions, *query.status);
  if (query.model_id) conditions.add("model_id = ", *query.model_id);
  if (query.request_id) conditions.add("request_id = ", *query.request_id);
  if (query.trace_id) conditions.add("trace_id = ", *query.trace_id);
  add_times(conditions, query, order);
  return conditions.where() +
         (order == LogOrder::newest_first ? " ORDER BY id DESC" : " ORDER BY id");
}

}  // namespace diamond::serve
