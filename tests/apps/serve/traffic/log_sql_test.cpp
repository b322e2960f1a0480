#include "traffic/log_sql.h"

#include "catch.h"

using namespace diamond::serve;

namespace {

using Words = std::vector<std::string>;

LogSql sql_of(const LogQuery& query) {
  return log_sql(query, [](std::size_t number) { return "$" + std::to_string(number); });
}

}  // namespace

TEST_CASE("a log query without conditions asks for the latest") {
  const LogSql sql = sql_of({});
  CHECK(sql.where_order_limit == " ORDER BY id DESC LIMIT 100");
  CHECK(sql.values.empty());
}

TEST_CASE("each condition of a log query stands alone") {
  CHECK(sql_of({7, {}, {}, {}}).where_order_limit == " ORDER BY id DESC LIMIT 7");
  CHECK(sql_of({7, 9223372036854775807, {}, {}}).where_order_limit ==
        " WHERE id < 9223372036854775807 ORDER BY id DESC LIMIT 7");
  CHECK(sql_of({7, {}, {"logs"}, {}}).where_order_limit ==
        " WHERE endpoint IN ($1) AND endpoint <> 'predict' ORDER BY id DESC LIMIT 7");
  CHECK(sql_of({7, {}, {}, StatusRange{400, 499}}).where_order_limit ==
        " WHERE status >= 400 AND status BETWEEN 400 AND 499 ORDER BY id DESC LIMIT 7");
}

TEST_CASE("what SQLite's indexes hold is said in their words, and what they do not hold is not") {
  CHECK(sql_of({7, {}, {"predict"}, {}}).where_order_limit ==
        " WHERE endpoint IN ($1) ORDER BY id DESC LIMIT 7");
  CHECK(sql_of({7, {}, {}, StatusRange{200, 299}}).where_order_limit ==
        " WHERE status BETWEEN 200 AND 299 ORDER BY id DESC LIMIT 7");
}

TEST_CASE("all conditions of a log query stand together and words are parameters") {
  const LogSql sql = sql_of({5, 42, {"predict", "it's"}, StatusRange{404, 404}});
  CHECK(sql.where_order_limit ==
        " WHERE id < 42 AND endpoint IN ($1, $2) AND status >= 400 AND status BETWEEN 404 AND 404"
        " ORDER BY id DESC LIMIT 5");
  CHECK(sql.values == Words{"predict", "it's"});
}

TEST_CASE("parameters are marked the way the database wants them") {
  const LogSql sql = log_sql({5, {}, {"a", "b"}, {}},
                             [](std::size_t number) { return "?" + std::to_string(number); });
  CHECK(sql.where_order_limit ==
        " WHERE endpoint IN (?1, ?2) AND endpoint <> 'predict' ORDER BY id DESC LIMIT 5");
}
