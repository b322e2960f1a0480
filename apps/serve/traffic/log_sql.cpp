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
  explicit Conditions(const WordInSql& word_in_sql) : word_in_sql_(word_in_sql) {}

  void add(const std::string& condition) {
    where_ += (where_.empty() ? " WHERE " : " AND ") + condition;
  }

  void add_number(const std::string& start, std::int64_t number) {
    add(start + std::to_string(number));
  }

  void add_word(const std::string& start, const std::string& word) { add(start + in_sql(word)); }

  /// One of them, if there are any.
  void add_words(const std::string& column, const std::vector<std::string>& words) {
    if (words.empty()) return;
    std::string list;
    for (const std::string& word : words) list += (list.empty() ? "" : ", ") + in_sql(word);
    add(column + " IN (" + list + ")");
  }

  [[nodiscard]] LogSql ordered_by(const std::string& order) && {
    return {where_ + " ORDER BY " + order, std::move(values_)};
  }

 private:
  std::string in_sql(const std::string& word) {
    values_.push_back(word);
    return word_in_sql_(values_.size(), word);
  }

  const WordInSql& word_in_sql_;
  std::string where_;
  std::vector<std::string> values_;
};

void add_endpoints(Conditions& conditions, const std::vector<std::string>& endpoints) {
  conditions.add_words("endpoint", endpoints);
  const bool are_rare = std::find(endpoints.begin(), endpoints.end(), "predict") == endpoints.end();
  if (!endpoints.empty() && are_rare) conditions.add(rare_endpoint);
}

/// A whole class, as 4xx, has an index of its own: found in that, they are in the order of ids.
void add_status(Conditions& conditions, StatusRange status) {
  if (status.least > 200 || status.most < 200) conditions.add(rare_status);
  if (status.least == status.most)
    conditions.add_number("status = ", status.least);
  else if (status.least % 100 == 0 && status.most == status.least + 99)
    conditions.add_number("status / 100 = ", status.least / 100);
  else
    conditions.add("status BETWEEN " + std::to_string(status.least) + " AND " +
                   std::to_string(status.most));
}

/// Ids are in the order of time, so that a time need not be looked for. Who reads all to the end,
/// from the oldest on, gains nothing from an end, and loses nothing where a clock was ahead.
void add_times(Conditions& conditions, const LogQuery& query, LogOrder order) {
  if (query.since) {
    conditions.add_number("id >= ", first_exchange_id(*query.since));
    conditions.add_word("timestamp >= ", iso_time(*query.since));
  }
  if (query.until) {
    if (order == LogOrder::newest_first)
      conditions.add_number("id < ", first_exchange_id(*query.until + longest_exchange));
    conditions.add_word("timestamp < ", iso_time(*query.until));
  }
}

}  // namespace

LogSql log_sql(const LogQuery& query, LogOrder order, const WordInSql& word_in_sql) {
  Conditions conditions(word_in_sql);
  if (query.before) conditions.add_number("id < ", *query.before);
  add_endpoints(conditions, query.endpoints);
  if (query.status) add_status(conditions, *query.status);
  if (query.model_id) conditions.add_word("model_id = ", *query.model_id);
  if (query.request_id) conditions.add_word("request_id = ", *query.request_id);
  add_times(conditions, query, order);
  return std::move(conditions).ordered_by(order == LogOrder::newest_first ? "id DESC" : "id");
}

}  // namespace diamond::serve
