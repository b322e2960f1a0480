#include "api/endpoints.h"
#include "catch.h"
#include "support/messages.h"
#include "support/requests.h"
#include "support/trained_history.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace diamond;
using namespace diamond::serve;
using namespace diamond::testing;

namespace {

struct Fixture : TrainedHistory {
  ModelKeeper keeper{registry, catalog, ChampionChoice{}, log};
  Endpoint endpoint = similar_endpoint(keeper);

  [[nodiscard]] Outcome ask(const Json& body) const {
    return endpoint.answer(post("/similar", body.dump()));
  }
  [[nodiscard]] Json similar_to(const Json& body) const {
    return Json::parse(ask(body).answer.body)["stones"];
  }
  /// The fields that are named as faulty.
  [[nodiscard]] std::vector<std::string> faulty(const Json& body) const {
    std::vector<std::string> fields;
    const Problem problem = problem_of([&] { (void)ask(body); });
    CHECK(problem.status == 422);
    for (const FieldError& error : problem.errors) fields.push_back(error.field);
    return fields;
  }
};

}  // namespace

TEST_CASE("similar stones are asked for at POST /similar and logged") {
  const Fixture f;
  CHECK(f.endpoint.name == "similar");
  CHECK(f.endpoint.method == "POST");
  CHECK(f.endpoint.path == "/similar");
  CHECK(f.endpoint.needs == Right::prices);
  CHECK(f.endpoint.logged == Logged::yes);
  CHECK(f.endpoint.pace == Pace::patient);
}

TEST_CASE("the most similar stone to one of the data is itself, as it was sold") {
  const Fixture f;
  const PricedDiamond& own = f.stones[17];
  const Outcome outcome = f.ask(to_json(own.stone));
  CHECK(outcome.answer.status == 200);
  CHECK(outcome.model_id == f.champion);
  const Json answer = Json::parse(outcome.answer.body);
  CHECK(answer["model"] == Json({{"id", f.champion}, {"kind", "linear"}}));
  Json expected = to_json(own.stone);
  expected["price"] = own.price;
  expected["distance"] = 0.0;
  CHECK(answer["stones"][0] == expected);
}

TEST_CASE("similar stones come from all grades, the nearest first, with their distance in steps") {
  const Fixture f;
  const Diamond asked = random_stones(1, 99)[0].stone;
  Json body = to_json(asked);
  body["count"] = 300;
  const Json stones = f.similar_to(body);
  REQUIRE(stones.size() == f.stones.size());
  double last = 0;
  for (const Json& stone : stones) {
    const double distance = stone["distance"];
    CHECK(distance >= last);
    last = distance;
  }
  double least = std::numeric_limits<double>::infinity();
  for (const PricedDiamond& one : f.stones)
    least = std::min(least, steps_between(asked, one.stone));
  CHECK(std::abs(stones[0]["distance"].get<double>() - least) <= 0.0005 + 1e-9);
  CHECK(stones[0]["distance"] == std::round(stones[0]["distance"].get<double>() * 1000) / 1000);
}

TEST_CASE("ten similar stones are given where nobody says how many, and a stone needs not all") {
  const Fixture f;
  Json body = to_json(stone().stone);
  CHECK(f.similar_to(body).size() == 10);
  body["count"] = 1;
  CHECK(f.similar_to(body).size() == 1);
  const Json known = {{"carat", 0.5}, {"cut", "Ideal"}, {"color", "G"}, {"clarity", "VS2"}};
  CHECK(f.similar_to(known).size() == 10);
  body["depth"] = nullptr;
  body["note"] = "not known";
  CHECK(f.similar_to(body).size() == 1);
}

TEST_CASE("all faults of a question for similar stones are told at once") {
  const Fixture f;
  CHECK(f.faulty(Json::object()) == std::vector<std::string>{"carat", "cut", "color", "clarity"});
  Json body = to_json(stone().stone);
  for (const Json& count : {Json(0), Json(1001), Json(1.5), Json("10"), Json(-1), Json()}) {
    body["count"] = count;
    CHECK(f.faulty(body) == std::vector<std::string>{"count"});
  }
  body["cut"] = "ideal";
  CHECK(f.faulty(body) == std::vector<std::string>{"count", "cut"});
}

TEST_CASE("without a model there are no similar stones, but faults come first") {
  EmptyHistory history;
  const ModelKeeper keeper(history.registry, history.catalog, ChampionChoice{}, history.log);
  const Endpoint endpoint = similar_endpoint(keeper);
  const auto status = [&](const std::string& body) {
    return problem_of([&] { (void)endpoint.answer(post("/similar", body)); }).status;
  };
  CHECK(status(to_json(stone().stone).dump()) == 503);
  CHECK(status("{}") == 422);
}
