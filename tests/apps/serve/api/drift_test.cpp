#include "api/endpoints.h"
#include "api/query_reader.h"
#include "catch.h"
#include "support/messages.h"
#include "support/requests.h"
#include "support/trained_history.h"

#include <cmath>

using namespace diamond;
using namespace diamond::serve;
using namespace diamond::testing;

namespace {

struct Fixture : TrainedHistory {
  ModelKeeper keeper{registry, catalog, ChampionChoice{}, log};
  MemoryStore store;
  Endpoint endpoint = drift_endpoint(keeper, store);

  void add(const std::string& request, const std::string& response) {
    store.add({0, "2026-11-24T08:00:00.000Z", "r", "predict", "POST", "/predict", 200, 1, champion,
               request, response, "", "", ""});
  }
  [[nodiscard]] Json ask(const QueryReader::Query& query = {}) {
    return Json::parse(endpoint.answer(get("/drift", query)).answer.body);
  }
};

std::string request_for(const Diamond& stone) {
  return Json{{"carat", stone.carat},
              {"cut", name_of(stone.cut)},
              {"color", name_of(stone.color)},
              {"clarity", name_of(stone.clarity)},
              {"depth", stone.depth}}
      .dump();
}

Json field_of(const Json& answer, const std::string& name) {
  for (const Json& field : answer["fields"])
    if (field["field"] == name) return field;
  return {};
}

}  // namespace

TEST_CASE("drift is asked for at GET /drift by those who may see the log") {
  const Fixture f;
  CHECK(f.endpoint.path == "/drift");
  CHECK(f.endpoint.needs == Right::logs);
}

TEST_CASE("traffic like the training data has not drifted") {
  Fixture f;
  for (const PricedDiamond& one : f.stones)
    f.add(request_for(one.stone), Json{{"predicted_value", one.price}}.dump());
  const Json answer = f.ask();
  CHECK(answer["model"]["id"] == f.champion);
  CHECK(answer["requests"] == f.stones.size());
  REQUIRE(answer["fields"].size() == field_count);
  CHECK(field_of(answer, "carat")["level"] == "none");
  CHECK(field_of(answer, "carat")["outside"] == 0);
  CHECK(field_of(answer, "table")["given"] == 0);
  CHECK(field_of(answer, "table")["level"] == "unknown");
  CHECK(answer["prices"]["level"] == "none");
  const double traffic = answer["prices"]["median_in_traffic"];
  const double training = answer["prices"]["median_in_training"];
  CHECK(std::abs(traffic / training - 1) < 0.01);  // the middle may be either of two
}

TEST_CASE("traffic of other stones has drifted, and few requests tell nothing") {
  Fixture f;
  for (const PricedDiamond& one : random_stones(199, 5)) {
    Diamond stone = one.stone;
    stone.carat = 7;
    f.add(request_for(stone), Json{{"predicted_value", 50'000}}.dump());
  }
  CHECK(field_of(f.ask(), "carat")["level"] == "unknown");
  f.add(request_for({.carat = 7, .depth = 60}), Json{{"predicted_value", 50'000}}.dump());
  const Json answer = f.ask();
  CHECK(field_of(answer, "carat")["level"] == "strong");
  CHECK(field_of(answer, "carat")["outside"] == 1);
  CHECK(answer["prices"]["level"] == "strong");
  CHECK(answer["prices"]["median_in_traffic"] == 50'000);
}

TEST_CASE("entries that are no price of a stone count for nothing") {
  Fixture f;
  f.add("null", "null");
  f.add("\"text\"", R"({"predicted_value":1})");
  f.add(request_for(stone().stone), R"({"predicted_value":"much"})");
  f.add(R"({"carat":-1})", R"({"predicted_value":1})");
  CHECK(f.ask()["requests"] == 0);
}

TEST_CASE("the log is read from the time that is asked for on, and of prices only") {
  Fixture f;
  const Json answer = f.ask({{"since", "2026-11-24T08:00:00Z"}});
  CHECK(answer["since"] == "2026-11-24T08:00:00.000Z");
  CHECK(f.store.asked.since == parse_iso_time("2026-11-24T08:00:00Z"));
  CHECK(f.store.asked.endpoints == std::vector<std::string>{"predict"});
  CHECK(f.store.asked.status->least == 200);
  CHECK(f.store.asked.status->most == 299);
}

TEST_CASE("what is wrong with a question for the drift is told") {
  Fixture f;
  CHECK(problem_of([&] { (void)f.ask({{"since", "yesterday"}}); }).status == 422);
  CHECK(problem_of([&] { (void)f.ask({{"sinse", "2026-11-24"}}); }).status == 422);
  f.store.broken = true;
  CHECK(problem_of([&] { (void)f.ask(); }).code == "database-unavailable");
}
