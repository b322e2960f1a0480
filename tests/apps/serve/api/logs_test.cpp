#include "api/endpoints.h"
#include "catch.h"
#include "support/messages.h"
#include "support/requests.h"

#include <diamond/core/clock.h>

using namespace diamond;
using namespace diamond::serve;
using namespace diamond::testing;

namespace {

using Query = std::multimap<std::string, std::string>;

struct Fixture {
  MemoryStore store;
  Endpoint endpoint = logs_endpoint(store);

  [[nodiscard]] Outcome ask(const Query& query = {}) const {
    return endpoint.answer(get("/logs", query));
  }
  LogQuery asked(const Query& query) {
    (void)ask(query);
    return store.asked;
  }
  [[nodiscard]] Problem problem(const Query& query) const {
    return problem_of([&] { (void)ask(query); });
  }
};

}  // namespace

TEST_CASE("the log is read at GET /logs and that is logged too") {
  const Fixture f;
  CHECK(f.endpoint.name == "logs");
  CHECK(f.endpoint.method == "GET");
  CHECK(f.endpoint.path == "/logs");
  CHECK(f.endpoint.needs == Right::logs);
  CHECK(f.endpoint.logged == Logged::yes);
}

TEST_CASE("an entry has every column, and requests and responses as JSON") {
  Fixture f;
  f.store.add({0, "2026-11-24T08:00:00.000Z", "request-1", "predict", "POST", "/predict", 200, 1.5,
               "model-1", R"({"carat":0.5})", R"({"predicted_value":7})", "192.0.2.0/24", "shop",
               "0af7651916cd43dd8448eb211c80319c"});
  f.store.add({0, "2026-11-24T08:00:01.000Z", "request-2", "samples", "POST", "/samples", 400, 0.25,
               "", R"("{\"a\"")", "null", "", "", ""});
  CHECK(Json::parse(f.ask().answer.body) == Json::parse(R"([
    {"id": 2, "timestamp": "2026-11-24T08:00:01.000Z", "request_id": "request-2",
     "endpoint": "samples", "method": "POST", "path": "/samples", "status": 400,
     "duration_ms": 0.25, "model_id": null, "request": "{\"a\"", "response": null, "client": null, "api_key": null,
     "trace_id": null},
    {"id": 1, "timestamp": "2026-11-24T08:00:00.000Z", "request_id": "request-1",
     "endpoint": "predict", "method": "POST", "path": "/predict", "status": 200,
     "duration_ms": 1.5, "model_id": "model-1", "request": {"carat": 0.5},
     "response": {"predicted_value": 7}, "client": "192.0.2.0/24", "api_key": "shop",
     "trace_id": "0af7651916cd43dd8448eb211c80319c"}])"));
}

TEST_CASE("of a reading of the log only the number of entries is logged") {
  Fixture f;
  CHECK(f.ask().answer.body == "[]");
  CHECK(f.ask().logged_response == R"({"entries":0})");
  f.store.add({});
  f.store.add({});
  CHECK(f.ask().logged_response == R"({"entries":2})");
}

TEST_CASE("without a query the latest hundred prices and samples are asked for") {
  Fixture f;
  for (const Query& query : {Query{}, Query{{"limit", ""},
                                            {"before", ""},
                                            {"endpoint", ""},
                                            {"status", ""},
                                            {"model", ""},
                                            {"request_id", ""},
                                            {"since", ""},
                                            {"until", ""},
                                            {"waiting", ""}}}) {
    const LogQuery asked = f.asked(query);
    CHECK_FALSE(asked.before.has_value());
    CHECK(asked.endpoints == std::vector<std::string>{"predict", "samples"});
    CHECK_FALSE(asked.status.has_value());
    CHECK_FALSE(asked.model_id.has_value());
    CHECK_FALSE(asked.request_id.has_value());
    CHECK_FALSE(asked.since.has_value());
    CHECK_FALSE(asked.until.has_value());
    CHECK_FALSE(asked.only_waiting);
  }
}

TEST_CASE("the parameters of a log query are read") {
  Fixture f;
  CHECK(f.asked({{"limit", "1"}}).limit == 2);  // one more shows whether there are more
  CHECK(f.asked({{"before", "1"}}).before == 1);
  CHECK(f.asked({{"before", "9223372036854775807"}}).before == 9223372036854775807);
  CHECK(f.asked({{"endpoint", "all"}}).endpoints.empty());
  for (const char* name : {"predict", "samples", "similar", "logs", "models"})
    CHECK(f.asked({{"endpoint", name}}).endpoints == std::vector<std::string>{name});
  CHECK(f.asked({{"model", "20261125T081500Z-linear-3fa9c1"}}).model_id ==
        "20261125T081500Z-linear-3fa9c1");
  CHECK(f.asked({{"request_id", "a.b:c-1_2"}}).request_id == "a.b:c-1_2");
  CHECK(f.asked({{"since", "2026-11-25"}}).since == parse_iso_time("2026-11-25"));
  CHECK(f.asked({{"until", "2026-11-25T09:00:00+01:00"}}).until ==
        parse_iso_time("2026-11-25T08:00:00Z"));
  CHECK(f.asked({{"waiting", "true"}}).only_waiting);
  CHECK_FALSE(f.asked({{"waiting", "false"}}).only_waiting);
  const auto range = [&](const char* text) {
    const StatusRange status = f.asked({{"status", text}}).status.value();
    return std::vector<int>{status.least, status.most};
  };
  CHECK(range("404") == std::vector<int>{404, 404});
  CHECK(range("100") == std::vector<int>{100, 100});
  CHECK(range("599") == std::vector<int>{599, 599});
  CHECK(range("1xx") == std::vector<int>{100, 199});
  CHECK(range("5xx") == std::vector<int>{500, 599});
}

TEST_CASE("a parameter of a log query that is wrong is a fault of its own") {
  const Fixture f;
  const auto refuses = [&](const std::string& name, const std::vector<const char*>& values,
                           const char* says) {
    for (const char* value : values) {
      INFO(name << "=" << value);
      const Problem problem = f.problem({{name, value}});
      CHECK(problem.status == 422);
      CHECK(problem.code == "invalid-fields");
      REQUIRE(problem.errors.size() == 1);
      CHECK(problem.errors[0].field == name);
      check_says(problem.errors[0].message, {says});
      check_says(problem.detail, {name, says});
    }
  };
  refuses("limit", {"0", "1001", "-1", "+5", " 5", "5 ", "1.5", "many", "99999999999999999999"},
          "must be a whole number from 1 to 1000, not '");
  refuses("before", {"0", "-1", "9223372036854775808", "x"},
          "must be a whole number from 1 to 9223372036854775807, not '");
  refuses("endpoint", {"predictions", "Predict", "livez", "predict,samples"},
          "must be all, predict, batch, infer, samples, similar, drift, logs, models, not '");
  refuses("status", {"99", "600", "0", "40", "4040", "4xy", "4x4", "4XX", "x", "6xx", "-40"},
          "must be a status like 404, or a class like 4xx, not '");
  refuses("model", {"a b", "a/b", "\n", "'"}, "must be made of at most 128 letters");
  refuses("request_id", {"a b", "ä", "\""}, "must be made of at most 128 letters");
  refuses("trace_id",
          {"0af7651916cd43dd8448eb211c80319", "0AF7651916CD43DD8448EB211C80319C",
           "00000000000000000000000000000000", "0af7651916cd43dd8448eb211c80319c0", "'"},
          "must be the trace-id of a traceparent");
  refuses("since", {"yesterday", "2026-02-30", "2026-11-25T08:00:00", "1795507200"},
          "must be a day (2026-11-25) or a time with its zone (2026-11-25T08:00:00Z), not '");
  refuses("until", {"x"}, "must be a day");
  refuses("waiting", {"yes", "1", "True"}, "must be true or false, not '");
  refuses("offset", {"5"},
          "is not known; known are limit, before, request_id, trace_id, endpoint, status, model, "
          "since, "
          "until, waiting");
}

TEST_CASE("who asks for one trace is shown it, whatever endpoints it went through") {
  Fixture f;
  const std::string trace = "0af7651916cd43dd8448eb211c80319c";
  CHECK(f.asked({{"trace_id", trace}}).trace_id == trace);
  CHECK(f.asked({{"trace_id", trace}}).endpoints.empty());
  CHECK(f.asked({{"trace_id", trace}, {"endpoint", "logs"}}).endpoints ==
        std::vector<std::string>{"logs"});
  CHECK_FALSE(f.asked({{"trace_id", ""}}).trace_id.has_value());
}

TEST_CASE("who asks for one request is shown it, whatever endpoint it was for") {
  Fixture f;
  CHECK(f.asked({{"request_id", "a"}}).endpoints.empty());
  CHECK(f.asked({{"request_id", "a"}, {"endpoint", "logs"}}).endpoints ==
        std::vector<std::string>{"logs"});
}

TEST_CASE("a page that others follow links to the next, and asks the same there") {
  Fixture f;
  for (int i = 0; i < 3; ++i) f.store.add({});
  const auto link = [&](const Query& query) { return header(f.ask(query).answer, "Link"); };
  CHECK(link({{"limit", "3"}}).empty());
  CHECK(Json::parse(f.ask({{"limit", "3"}}).answer.body).size() == 3);
  CHECK(Json::parse(f.ask({{"limit", "2"}}).answer.body).size() == 2);
  CHECK(link({{"limit", "2"}}) == "</logs?before=2&limit=2>; rel=\"next\"");
  CHECK(link({{"limit", "1"},
              {"before", "7"},
              {"since", "2026-11-25T08:00:00+01:00"},
              {"status", "4xx"}}) ==
        "</logs?before=3&limit=1&since=2026-11-25T08%3A00%3A00%2B01%3A00&status=4xx>; "
        "rel=\"next\"");
}

TEST_CASE("a page has as many entries as are asked for, and a hundred where nobody says") {
  Fixture f;
  for (int i = 0; i < 1002; ++i) f.store.add({});
  const auto ids = [&](const Query& query) {
    std::vector<std::int64_t> found;
    for (const Json& entry : Json::parse(f.ask(query).answer.body)) found.push_back(entry["id"]);
    return found;
  };
  for (const std::size_t count : {1U, 24U, 25U, 26U, 50U, 1000U}) {
    const std::vector<std::int64_t> found = ids({{"limit", std::to_string(count)}});
    REQUIRE(found.size() == count);
    for (std::size_t i = 0; i < count; ++i) CHECK(found[i] == 1002 - static_cast<int>(i));
  }
  CHECK(ids({}).size() == 100);
  CHECK(ids({{"before", "51"}}).size() == 50);
  CHECK(header(f.ask({}).answer, "Link") == "</logs?before=903>; rel=\"next\"");
  CHECK(header(f.ask({{"before", "51"}}).answer, "Link").empty());
}

TEST_CASE("a page of large entries ends early, and the next goes on there") {
  Fixture f;
  constexpr std::size_t mebibyte = std::size_t{1} << 20U;
  Exchange large;
  large.endpoint = "batch";
  large.request = Json(std::string(3 * mebibyte, 'a')).dump();
  for (int i = 0; i < 7; ++i) f.store.add(large);
  std::vector<std::size_t> pages;
  Query query = {{"endpoint", "batch"}};
  for (std::string next = "?"; !next.empty();) {
    const Outcome outcome = f.ask(query);
    const Json entries = Json::parse(outcome.answer.body);
    pages.push_back(entries.size());
    next = header(outcome.answer, "Link");
    query.erase("before");
    query.emplace("before", entries.back()["id"].dump());
  }
  CHECK(pages == std::vector<std::size_t>{3, 3, 1});
}

TEST_CASE("an entry that is larger than a page is a page of its own") {
  Fixture f;
  Exchange large;
  large.response = Json(std::string(std::size_t{9} << 20U, 'a')).dump();
  f.store.add({});
  f.store.add(large);
  const Outcome outcome = f.ask();
  CHECK(Json::parse(outcome.answer.body).size() == 1);
  CHECK(header(outcome.answer, "Link") == "</logs?before=2>; rel=\"next\"");
}

TEST_CASE("all faults of a log query are told at once and nothing is read") {
  Fixture f;
  f.store.broken = true;
  const Problem problem = f.problem(
      {{"limit", "0"}, {"before", "x"}, {"endpoint", "y"}, {"status", "z"}, {"page", "2"}});
  std::vector<std::string> fields;
  for (const FieldError& error : problem.errors) fields.push_back(error.field);
  CHECK(fields == std::vector<std::string>{"limit", "before", "endpoint", "status", "page"});
}

TEST_CASE("a database that does not answer is 503 and what it said is kept from strangers") {
  Fixture f;
  f.store.broken = true;
  const Problem problem = f.problem({});
  CHECK(problem.status == 503);
  CHECK(problem.code == "database-unavailable");
  CHECK(problem.detail.find("disk") == std::string::npos);
  check_says(problem.detail, {"waiting=true"});
}
