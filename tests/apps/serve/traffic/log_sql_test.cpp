#include "traffic/log_sql.h"

#include "catch.h"
#include "traffic/exchange_id.h"

using namespace diamond;
using namespace diamond::serve;

namespace {

using Words = std::vector<std::string>;

/// Words are parameters.
class Values final : public SqlValues {
 public:
  std::string number(std::int64_t number) override { return std::to_string(number); }
  std::string word(const std::string& word) override {
    words.push_back(word);
    return "$" + std::to_string(words.size());
  }

  Words words;
};

std::string sql_of(const LogQuery& query, LogOrder order = LogOrder::newest_first) {
  Values values;
  return log_sql(query, order, values);
}

Words words_of(const LogQuery& query) {
  Values values;
  (void)log_sql(query, LogOrder::newest_first, values);
  return values.words;
}

std::string where(const LogQuery& query) {
  const std::string sql = sql_of(query);
  const std::string order = " ORDER BY id DESC";
  REQUIRE(sql.ends_with(order));
  return sql.substr(0, sql.size() - order.size());
}

LogQuery of_endpoints(const Words& endpoints) {
  LogQuery query;
  query.endpoints = endpoints;
  return query;
}

LogQuery of_status(int least, int most) {
  LogQuery query;
  query.status = {least, most};
  return query;
}

}  // namespace

TEST_CASE("a log query without conditions asks for all, in its order") {
  CHECK(sql_of({}) == " ORDER BY id DESC");
  CHECK(sql_of({}, LogOrder::oldest_first) == " ORDER BY id");
  CHECK(words_of({}).empty());
}

TEST_CASE("each condition of a log query stands alone") {
  LogQuery query;
  query.before = 9223372036854775807;
  CHECK(where(query) == " WHERE id < 9223372036854775807");
  CHECK(where(of_endpoints({"predict", "samples"})) == " WHERE endpoint IN ($1, $2)");
  query = {};
  query.model_id = "model-1";
  CHECK(where(query) == " WHERE model_id = $1");
  query = {};
  query.request_id = "request-7";
  CHECK(where(query) == " WHERE request_id = $1");
}

TEST_CASE(
    "what the partial indexes hold is said in their words, and what they do not hold is not") {
  CHECK(where(of_endpoints({"predict"})) == " WHERE endpoint IN ($1)");
  CHECK(where(of_endpoints({"logs"})) == " WHERE endpoint IN ($1) AND endpoint <> 'predict'");
  CHECK(where(of_status(200, 200)) == " WHERE status = 200");
  CHECK(where(of_status(404, 404)) == " WHERE status <> 200 AND status = 404");
  CHECK(where(of_status(200, 299)) == " WHERE status / 100 = 2");
  CHECK(where(of_status(400, 499)) == " WHERE status <> 200 AND status / 100 = 4");
  CHECK(where(of_status(401, 499)) == " WHERE status <> 200 AND status BETWEEN 401 AND 499");
  CHECK(where(of_status(100, 599)) == " WHERE status BETWEEN 100 AND 599");
}

TEST_CASE("times bound the ids too, within which they are found") {
  const Timestamp since = parse_iso_time("2026-11-25T08:00:00.123Z").value();
  const Timestamp until = parse_iso_time("2026-11-26").value();
  LogQuery query;
  query.since = since;
  query.until = until;
  CHECK(where(query) == " WHERE id >= " + std::to_string(first_exchange_id(since)) +
                            " AND timestamp >= $1 AND id < " +
                            std::to_string(first_exchange_id(until + std::chrono::hours(1))) +
                            " AND timestamp < $2");
  CHECK(words_of(query) == Words{"2026-11-25T08:00:00.123Z", "2026-11-26T00:00:00.000Z"});
  CHECK(sql_of(query, LogOrder::oldest_first) ==
        " WHERE id >= " + std::to_string(first_exchange_id(since)) +
            " AND timestamp >= $1 AND timestamp < $2 ORDER BY id");
}

TEST_CASE("all conditions of a log query stand together and words are in their order") {
  LogQuery query = of_endpoints({"predict", "it's"});
  query.before = 42;
  query.status = {404, 404};
  query.model_id = "m";
  query.request_id = "r";
  query.trace_id = "t";
  CHECK(sql_of(query, LogOrder::oldest_first) ==
        " WHERE id < 42 AND endpoint IN ($1, $2) AND status <> 200 AND status = 404"
        " AND model_id = $3 AND request_id = $4 AND trace_id = $5 ORDER BY id");
  CHECK(words_of(query) == Words{"predict", "it's", "m", "r", "t"});
}
