#include "api/endpoints.h"
#include "catch.h"
#include "support/messages.h"
#include "support/requests.h"
#include "support/trained_history.h"

#include <diamond/pipeline/stored_model.h>

#include <algorithm>
#include <cmath>

using namespace diamond;
using namespace diamond::serve;
using namespace diamond::testing;

namespace {

struct Fixture : TrainedHistory {
  ModelKeeper keeper{registry, catalog, ChampionChoice{}, log};
  ModelShelf shelf{registry, catalog, keeper, log};
  Endpoint endpoint = predict_endpoint({keeper, shelf});

  [[nodiscard]] Outcome ask(const Json& body) const {
    return endpoint.answer(post("/predict", body.dump()));
  }
  [[nodiscard]] Problem problem(const Json& body) const {
    return problem_of([&] { (void)ask(body); });
  }
};

}  // namespace

TEST_CASE("prices are asked for at POST /predict and logged") {
  EmptyHistory history;
  const ModelKeeper keeper(history.registry, history.catalog, ChampionChoice{}, history.log);
  ModelShelf shelf(history.registry, history.catalog, keeper, history.log);
  const Endpoint endpoint = predict_endpoint({keeper, shelf});
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

TEST_CASE("a price comes with its currency and its model, an interval and warnings") {
  const Fixture f;
  Json answer = Json::parse(f.ask(to_json(stone().stone)).answer.body);
  const double price = answer["predicted_value"];
  const Json interval = answer["interval"];
  CHECK(interval["coverage"] == 0.9);
  CHECK(interval["low"] <= price);
  CHECK(interval["high"] >= price);
  answer.erase("predicted_value");
  answer.erase("interval");
  CHECK(answer == Json({{"currency", "USD"},
                        {"model", {{"id", f.champion}, {"kind", "linear"}}},
                        {"warnings", Json::array()}}));
}

TEST_CASE("the interval of a price is the model's to the cent") {
  const Fixture f;
  const auto intervals = load_intervals(f.registry, f.registry.manifest(f.champion));
  REQUIRE(intervals);
  const auto model = f.model(f.champion);
  for (std::size_t i = 0; i < 20; ++i) {
    const Diamond& stone = f.stones[i].stone;
    const PriceInterval expected = intervals->interval(stone, model->predict(stone));
    const Json interval = Json::parse(f.ask(to_json(stone)).answer.body)["interval"];
    CHECK(interval["low"] == std::round(expected.low * 100) / 100);
    CHECK(interval["high"] == std::round(expected.high * 100) / 100);
  }
}

TEST_CASE("a model that was published without intervals gives none") {
  EmptyHistory h;
  h.stones.resize(60);  // twelve test rows
  h.train();
  const ModelKeeper keeper(h.registry, h.catalog, ChampionChoice{}, h.log);
  ModelShelf shelf(h.registry, h.catalog, keeper, h.log);
  const Json answer = Json::parse(predict_endpoint({keeper, shelf})
                                      .answer(post("/predict", to_json(stone().stone).dump()))
                                      .answer.body);
  CHECK(answer.contains("predicted_value"));
  CHECK_FALSE(answer.contains("interval"));
}

TEST_CASE("what is left out of a stone is assumed, and said") {
  const Fixture f;
  Json body = to_json(stone().stone);
  const bool is_null = GENERATE(true, false);
  for (const char* field : {"table", "z"})
    if (is_null)
      body[field] = nullptr;
    else
      body.erase(field);
  const Outcome outcome = f.ask(body);
  const Json answer = Json::parse(outcome.answer.body);
  CHECK(answer["predicted_value"] > 0);
  REQUIRE(answer["warnings"].size() >= 2);
  std::vector<std::string> fields;
  for (const Json& warning : answer["warnings"])
    if (warning["message"].get<std::string>().find("is not given") != std::string::npos)
      fields.push_back(warning["field"]);
  std::sort(fields.begin(), fields.end());
  CHECK(fields == std::vector<std::string>{"table", "z"});
}

TEST_CASE("numbers of a stone that contradict each other are told") {
  EmptyHistory h;
  for (PricedDiamond& one : h.stones) {  // round brilliants, unlike random_stones
    one.stone.x = one.stone.y = std::cbrt(one.stone.carat / 0.0061 * 100 / one.stone.depth);
    one.stone.z = one.stone.x * one.stone.depth / 100;
  }
  h.train();
  const ModelKeeper keeper(h.registry, h.catalog, ChampionChoice{}, h.log);
  ModelShelf shelf(h.registry, h.catalog, keeper, h.log);
  const Endpoint endpoint = predict_endpoint({keeper, shelf});
  const auto warnings_for = [&](const Diamond& stone) {
    const Outcome outcome = endpoint.answer(post("/predict", to_json(stone).dump()));
    return Json::parse(outcome.answer.body)["warnings"];
  };
  Diamond stone = h.stones[0].stone;
  CHECK(warnings_for(stone).empty());
  stone.x *= 10;
  REQUIRE(warnings_for(stone).size() == 1);
  CHECK(warnings_for(stone)[0]["field"] == "x");
}

TEST_CASE("any model of the history can be asked by its id, and the champion by its title") {
  const Fixture f;
  const Diamond stone = f.stones[3].stone;
  for (const std::string& id : {f.other, f.champion, std::string("champion")}) {
    Request request = post("/predict", to_json(stone).dump());
    request.query = {{"model", id}};
    const Outcome outcome = f.endpoint.answer(request);
    const std::string expected = id == "champion" ? f.champion : id;
    CHECK(outcome.model_id == expected);
    const Json answer = Json::parse(outcome.answer.body);
    CHECK(answer["model"]["id"] == expected);
    CHECK(answer["predicted_value"] == std::round(f.model(expected)->predict(stone) * 100) / 100);
  }
}

TEST_CASE("a model that the history does not have is not found") {
  const Fixture f;
  Request request = post("/predict", to_json(stone().stone).dump());
  request.query = {{"model", GENERATE("20200101T000000Z-linear-000000", "20", "nothing")}};
  const Problem problem = problem_of([&] { (void)f.endpoint.answer(request); });
  CHECK(problem.status == 404);
  check_says(problem.detail, {"no model of this id", "GET /models"});
}

TEST_CASE("a model that cannot be loaded is told without what is where") {
  const Fixture f;
  f.damage(f.other);
  Request request = post("/predict", to_json(stone().stone).dump());
  request.query = {{"model", f.other}};
  const Problem problem = problem_of([&] { (void)f.endpoint.answer(request); });
  CHECK(problem.status == 503);
  CHECK(problem.code == "no-model");
  CHECK(problem.detail.find('/') == std::string::npos);
  check_says(f.said.str(), {"cannot be loaded", f.other});
}

TEST_CASE("an explanation adds up to the price, to the cent, and is there for those who ask") {
  const Fixture f;
  for (std::size_t i = 0; i < 20; ++i) {
    const Diamond& stone = f.stones[i].stone;
    Request request = post("/predict", to_json(stone).dump());
    CHECK_FALSE(Json::parse(f.endpoint.answer(request).answer.body).contains("explanation"));
    request.query = {{"explain", "true"}};
    const Json answer = Json::parse(f.endpoint.answer(request).answer.body);
    const Json& explanation = answer["explanation"];
    REQUIRE(explanation["contributions"].size() == field_count);
    double cents = std::round(explanation["base_value"].get<double>() * 100);
    double product = explanation["base_value"];
    for (std::size_t k = 0; k < field_count; ++k) {
      const Json& contribution = explanation["contributions"][k];
      CHECK(contribution["field"] == field_names[k]);
      CHECK(contribution["value"] == to_json(stone)[std::string(field_names[k])]);
      cents += std::round(contribution["effect"].get<double>() * 100);
      product *= contribution["factor"].get<double>();  // the model is fitted to a logarithm
    }
    const double price = answer["predicted_value"];
    CHECK(cents == std::round(price * 100));
    CHECK(std::abs(product / price - 1) < 1e-4);
  }
}

TEST_CASE("a parameter of /predict that is not known is a fault") {
  const Fixture f;
  Request request = post("/predict", to_json(stone().stone).dump());
  request.query = {{"modle", "champion"}};
  const Problem problem = problem_of([&] { (void)f.endpoint.answer(request); });
  CHECK(problem.status == 422);
  check_says(problem.detail, {"modle is not known", "model"});
}

TEST_CASE("weight and grades of a stone are needed and all that are wrong are told") {
  const Fixture f;
  const Problem nothing = f.problem(Json::object());
  CHECK(nothing.status == 422);
  std::vector<std::string> fields;
  for (const FieldError& error : nothing.errors) fields.push_back(error.field);
  CHECK(fields == std::vector<std::string>{"carat", "cut", "color", "clarity"});
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
  CHECK(answer["interval"] == plain["interval"]);
  REQUIRE(answer["warnings"].size() == 2);
  CHECK(answer["warnings"][0] == Json({{"field", "price"},
                                       {"message", "is not known and was ignored"},
                                       {"code", "unknown-field"}}));
  CHECK(answer["warnings"][1] ==
        Json({{"field", "tabel"},
              {"message", "is not known and was ignored; did you mean 'table'?"},
              {"code", "unknown-field"},
              {"suggested_field", "table"}}));
}

TEST_CASE("a stone without a finite price is refused with 422") {
  EmptyHistory h;
  for (PricedDiamond& one : h.stones) one.price = std::round(std::exp(9 * one.stone.carat));
  h.train();
  const ModelKeeper keeper(h.registry, h.catalog, ChampionChoice{}, h.log);
  ModelShelf shelf(h.registry, h.catalog, keeper, h.log);
  const Json body = to_json(stone({.carat = 100}).stone);  // about e^900
  const Problem problem = problem_of([&] {
    (void)predict_endpoint({keeper, shelf}).answer(post("/predict", body.dump()));
  });
  CHECK(problem.status == 422);
  CHECK(problem.errors.empty());
  check_says(problem.detail, {"no finite price"});
}

TEST_CASE("without a model /predict says why there is none") {
  EmptyHistory history;
  const ModelKeeper keeper(history.registry, history.catalog, ChampionChoice{}, history.log);
  ModelShelf shelf(history.registry, history.catalog, keeper, history.log);
  const Problem problem = problem_of([&] {
    (void)predict_endpoint({keeper, shelf}).answer(post("/predict", to_json(stone().stone).dump()));
  });
  CHECK(problem.status == 503);
  CHECK(problem.code == "no-model");
  check_says(problem.detail, {"no model is in service", "there is no champion yet"});
}
