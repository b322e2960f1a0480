#include "api/endpoints.h"
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
  Endpoint endpoint = predict_endpoint(keeper);

  [[nodiscard]] Outcome ask(const Json& body) const {
    return endpoint.answer(post("/predict", body.dump()));
  }
  [[nodiscard]] Problem problem(const Json& body) const {
    return problem_of([&] { (void)ask(body); });
  }
};

Json to_json(const Diamond& stone) {
  return {{"carat", stone.carat},
          {"cut", name_of(stone.cut)},
          {"color", name_of(stone.color)},
          {"clarity", name_of(stone.clarity)},
          {"depth", stone.depth},
          {"table", stone.table},
          {"x", stone.x},
          {"y", stone.y},
          {"z", stone.z}};
}

}  // namespace

TEST_CASE("prices are asked for at POST /predict and logged") {
  EmptyHistory history;
  const ModelKeeper keeper(history.registry, history.catalog, ChampionChoice{}, history.log);
  const Endpoint endpoint = predict_endpoint(keeper);
  CHECK(endpoint.name == "predict");
  CHECK(endpoint.method == "POST");
  CHECK(endpoint.path == "/predict");
  CHECK(endpoint.needs == Right::prices);
  CHECK(endpoint.logged == Logged::yes);
}

TEST_CASE("the price of a stone is the model's to the cent") {
  const Fixture f;
  const auto model = f.model(f.champion);
  for (std::size_t i = 0; i < 50; ++i) {
    const Diamond& stone = f.stones[i].stone;
    const Outcome outcome = f.ask(to_json(stone));
    const Json answer = Json::parse(outcome.answer.body);
    CHECK(answer["predicted_value"] == std::round(model->predict(stone) * 100) / 100);
    CHECK(outcome.answer.status == 200);
    CHECK(outcome.model_id == f.champion);
    CHECK(outcome.has_loggable_bodies);
    CHECK(outcome.logged_response.empty());
  }
}

TEST_CASE("a price comes with its currency and its model, and without warnings") {
  const Fixture f;
  Json answer = Json::parse(f.ask(to_json(stone().stone)).answer.body);
  answer["predicted_value"] = 0;
  CHECK(answer == Json({{"predicted_value", 0},
                        {"currency", "USD"},
                        {"model", {{"id", f.champion}, {"kind", "linear"}}}}));
}

TEST_CASE("every field of a stone is needed and all that are wrong are told") {
  const Fixture f;
  const Problem nothing = f.problem(Json::object());
  CHECK(nothing.status == 422);
  std::vector<std::string> fields;
  for (const FieldError& error : nothing.errors) fields.push_back(error.field);
  CHECK(fields == std::vector<std::string>{"carat", "cut", "color", "clarity", "depth", "table",
                                           "x", "y", "z"});
  Json body = to_json(stone().stone);
  body["z"] = 0;
  body["cut"] = "ideal";
  const Problem two = f.problem(body);
  REQUIRE(two.errors.size() == 2);
  CHECK(two.errors[0].field == "cut");
  CHECK(two.errors[1].field == "z");
}

TEST_CASE("a body that is not JSON is refused by /predict") {
  const Fixture f;
  CHECK(problem_of([&] { (void)f.endpoint.answer(post("/predict", "carat=1")); }).status == 400);
}

TEST_CASE("a key of a stone that is repeated is a fault") {
  const Fixture f;
  std::string body = to_json(stone().stone).dump();
  body.insert(1, R"("x": 5.1, )");
  const Problem problem = problem_of([&] { (void)f.endpoint.answer(post("/predict", body)); });
  CHECK(problem.detail == "x is given more than once");
}

TEST_CASE("fields that are not known are ignored with a warning each") {
  const Fixture f;
  Json body = to_json(stone().stone);
  const Json plain = Json::parse(f.ask(body).answer.body);
  body["price"] = 1;
  body["tabel"] = 1;
  const Json answer = Json::parse(f.ask(body).answer.body);
  CHECK(answer["predicted_value"] == plain["predicted_value"]);
  REQUIRE(answer["warnings"].size() == 2);
  CHECK(answer["warnings"][0]["field"] == "price");
  CHECK(answer["warnings"][1] ==
        Json({{"field", "tabel"},
              {"message", "is not known and was ignored; did you mean 'table'?"}}));
}

TEST_CASE("a stone without a finite price is refused with 422") {
  EmptyHistory h;
  for (PricedDiamond& one : h.stones) one.price = std::round(std::exp(9 * one.stone.carat));
  h.train();
  const ModelKeeper keeper(h.registry, h.catalog, ChampionChoice{}, h.log);
  const Json body = to_json(stone({.carat = 100}).stone);  // about e^900
  const Problem problem =
      problem_of([&] { (void)predict_endpoint(keeper).answer(post("/predict", body.dump())); });
  CHECK(problem.status == 422);
  CHECK(problem.errors.empty());
  check_says(problem.detail, {"no finite price"});
}

TEST_CASE("without a model /predict says why there is none") {
  EmptyHistory history;
  const ModelKeeper keeper(history.registry, history.catalog, ChampionChoice{}, history.log);
  const Problem problem = problem_of([&] {
    (void)predict_endpoint(keeper).answer(post("/predict", to_json(stone().stone).dump()));
  });
  CHECK(problem.status == 503);
  CHECK(problem.code == "no-model");
  check_says(problem.detail, {"no model is in service", "there is no champion yet"});
}
