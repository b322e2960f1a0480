#include "api/endpoints.h"
#include "catch.h"
#include "support/messages.h"
#include "support/requests.h"
#include "support/trained_history.h"

#include <algorithm>
#include <cmath>

using namespace diamond;
using namespace diamond::serve;
using namespace diamond::testing;

namespace {

/// The stones are 300 random ones, and ten of the worst grades, of which no random one is left.
struct Fixture : EmptyHistory {
  Fixture() {
    std::erase_if(stones, [](const PricedDiamond& s) {
      return s.stone.cut == Cut::fair || (s.stone.cut == Cut::ideal && s.stone.color == Color::D &&
                                          s.stone.clarity == Clarity::IF);
    });
    for (int i = 1; i <= 10; ++i)
      stones.push_back(stone({.carat = i / 10.0,
                              .cut = Cut::fair,
                              .color = Color::J,
                              .clarity = Clarity::I1,
                              .price = 100.0 * i}));
    train();
    keeper.refresh();
  }

  ModelKeeper keeper{registry, catalog, ChampionChoice{}, log};
  Endpoint endpoint = samples_endpoint(keeper);

  [[nodiscard]] Outcome ask(const std::string& body) const {
    return endpoint.answer(post("/samples", body));
  }
  [[nodiscard]] Problem problem(const std::string& body) const {
    return problem_of([&] { (void)ask(body); });
  }
  /// The weights of the stones that are answered to the ten, and some more fields.
  [[nodiscard]] std::vector<double> weights(const std::string& more) const {
    std::vector<double> weights;
    const Outcome outcome = ask(R"({"cut": "Fair", "color": "J", "clarity": "I1", )" + more + "}");
    for (const Json& stone : Json::parse(outcome.answer.body)) weights.push_back(stone["carat"]);
    return weights;
  }
};

}  // namespace

TEST_CASE("samples are the stones of the same grades and the nearest weight comes first") {
  const Fixture f;
  CHECK(f.weights(R"("weight": 0.52, "n_samples": 3)") == std::vector<double>{0.5, 0.6, 0.4});
  CHECK(f.weights(R"("weight": 100, "n_samples": 2)") == std::vector<double>{1.0, 0.9});
}

TEST_CASE("five samples are given where nobody says how many, and never more than there are") {
  const Fixture f;
  CHECK(f.weights(R"("weight": 0.1)") == std::vector<double>{0.1, 0.2, 0.3, 0.4, 0.5});
  CHECK(f.weights(R"("weight": 1, "n_samples": 1000)").size() == 10);
}

TEST_CASE("a sample has all that is known of the stone") {
  const Fixture f;
  const Outcome outcome =
      f.ask(R"({"cut": "Fair", "color": "J", "clarity": "I1", "weight": 0.3, "n_samples": 1})");
  CHECK(outcome.answer.status == 200);
  CHECK(outcome.model_id == f.registry.champion()->id);
  CHECK(Json::parse(outcome.answer.body) ==
        Json::parse(R"([{"carat": 0.3, "cut": "Fair", "color": "J", "clarity": "I1", "depth": 61.5,
                         "table": 55.0, "x": 5.1, "y": 5.12, "z": 3.14, "price": 300.0}])"));
}

TEST_CASE("the weight may be called carat") {
  const Fixture f;
  CHECK(f.weights(R"("carat": 0.9, "n_samples": 1)") == std::vector<double>{0.9});
}

TEST_CASE("the weight cannot be given twice under two names") {
  const Fixture f;
  const Problem problem =
      f.problem(R"({"cut": "Fair", "color": "J", "clarity": "I1", "carat": 1, "weight": 1})");
  CHECK(problem.status == 422);
  REQUIRE(problem.errors.size() == 1);
  CHECK(problem.errors[0].field == "carat");
  check_says(problem.errors[0].message, {"the same as weight"});
}

TEST_CASE("all faults of a request for samples are told at once") {
  const Fixture f;
  const auto faulty = [&](const std::string& body) {
    std::vector<std::string> fields;
    for (const FieldError& error : f.problem(body).errors) fields.push_back(error.field);
    return fields;
  };
  CHECK(faulty("{}") == std::vector<std::string>{"cut", "color", "clarity", "weight"});
  CHECK(faulty(R"({"cut": 1, "color": "D", "clarity": "IF", "carat": 0, "n_samples": 1001})") ==
        std::vector<std::string>{"cut", "carat", "n_samples"});
  CHECK(faulty(R"({"cut": "Fair", "color": "D", "clarity": "IF", "weight": 1, "n_samples": 0})") ==
        std::vector<std::string>{"n_samples"});
}

TEST_CASE("grades that no stone has are 404 with the model that looked") {
  const Fixture f;
  const Outcome outcome = f.ask(R"({"cut": "Ideal", "color": "D", "clarity": "IF", "weight": 1})");
  CHECK(outcome.answer.status == 404);
  CHECK(outcome.answer.content_type == "application/problem+json");
  CHECK(outcome.model_id == f.registry.champion()->id);
  const Json body = Json::parse(outcome.answer.body);
  CHECK(body["type"] == "urn:diamond:problem:no-samples");
  check_says(body["detail"], {"cut Ideal", "color D", "clarity IF"});
}

TEST_CASE("without a model there are no samples, but faults come first") {
  EmptyHistory history;
  const ModelKeeper keeper(history.registry, history.catalog, ChampionChoice{}, history.log);
  const Endpoint endpoint = samples_endpoint(keeper);
  CHECK(endpoint.name == "samples");
  CHECK(endpoint.path == "/samples");
  CHECK(endpoint.method == "POST");
  CHECK(endpoint.needs == Right::prices);
  CHECK(endpoint.logged == Logged::yes);
  const auto status = [&](const char* body) {
    return problem_of([&] { (void)endpoint.answer(post("/samples", body)); }).status;
  };
  CHECK(status(R"({"cut": "Fair", "color": "J", "clarity": "I1", "weight": 1})") == 503);
  CHECK(status("{}") == 422);
}
