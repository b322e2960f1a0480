#include "api/endpoints.h"
#include "catch.h"
#include "support/messages.h"
#include "support/requests.h"
#include "support/trained_history.h"

using namespace diamond;
using namespace diamond::serve;
using namespace diamond::testing;

namespace {

struct Fixture : TrainedHistory {
  ModelKeeper keeper{registry, catalog, ChampionChoice{}, log};
  ModelShelf shelf{registry, catalog, keeper, log};
  Endpoint one = predict_endpoint({keeper, shelf});
  Endpoint batch = batch_endpoint({keeper, shelf});

  [[nodiscard]] Json ask(const Json& body) const {
    return Json::parse(batch.answer(post("/predict/batch", body.dump())).answer.body);
  }
  [[nodiscard]] Json ask_one(const Json& body) const {
    return Json::parse(one.answer(post("/predict", body.dump())).answer.body);
  }
  [[nodiscard]] Outcome ask_csv(const std::string& text) const {
    Request request = post("/predict/batch", text);
    request.content_type = "text/csv";
    return batch.answer(request);
  }
};

}  // namespace

TEST_CASE("each stone of a batch is answered as it would be by itself, in order") {
  const Fixture f;
  Json stones = Json::array();
  for (std::size_t i = 0; i < 20; ++i) stones.push_back(to_json(f.stones[i].stone));
  stones[4].erase("table");
  stones[7]["tabel"] = 55;
  const Json answer = f.ask({{"diamonds", stones}});
  CHECK(answer["currency"] == "USD");
  CHECK(answer["model"]["id"] == f.champion);
  REQUIRE(answer["predictions"].size() == stones.size());
  for (std::size_t i = 0; i < stones.size(); ++i) {
    const Json alone = f.ask_one(stones[i]);
    for (const char* member : {"predicted_value", "interval", "warnings"})
      CHECK(answer["predictions"][i][member] == alone[member]);
  }
}

TEST_CASE("a stone that is faulty is a problem in its place, and the others have their price") {
  const Fixture f;
  Json faulty = to_json(stone().stone);
  faulty["cut"] = "ideal";
  const Json answer =
      f.ask({{"diamonds", {to_json(stone().stone), faulty, 7, to_json(stone().stone)}}});
  const Json& predictions = answer["predictions"];
  REQUIRE(predictions.size() == 4);
  CHECK(predictions[0]["predicted_value"] > 0);
  CHECK(predictions[1]["status"] == 422);
  CHECK(predictions[1]["type"] == "urn:diamond:problem:invalid-fields");
  CHECK(predictions[1]["errors"][0]["field"] == "cut");
  CHECK(predictions[2]["detail"] == "a stone must be a JSON object, not number");
  CHECK(predictions[3] == predictions[0]);
}

TEST_CASE("a batch has 1 to 10,000 stones") {
  const Fixture f;
  const auto problem = [&](const Json& body) {
    return problem_of([&] { (void)f.batch.answer(post("/predict/batch", body.dump())); });
  };
  CHECK(problem(Json::object()).detail == "diamonds is missing");
  check_says(problem({{"diamonds", Json::array()}}).detail, {"1 to 10000 elements, not 0"});
  check_says(problem({{"diamonds", "all"}}).detail, {"must be an array, not text"});
  check_says(problem({{"diamonds", std::vector<int>(10'001)}}).detail, {"not 10001"});
}

TEST_CASE("a table as CSV comes back with what was found out beside it") {
  const Fixture f;
  const std::string text =
      "name,carat,cut,color,clarity,depth,table,x,y,z\n"
      "\"a, b\",0.5,Ideal,G,VS2,61.5,55,5.1,5.12,3.14\n"
      "c,0.5,ideal,G,VS2,61.5,55,5.1,5.12,3.14\n";
  const Outcome outcome = f.ask_csv(text);
  CHECK(outcome.answer.content_type == "text/csv; charset=utf-8");
  const Json alone = f.ask_one(to_json(stone().stone));
  const std::string price = alone["predicted_value"].dump();
  const std::string low = alone["interval"]["low"].dump();
  const std::string high = alone["interval"]["high"].dump();
  CHECK(outcome.answer.body ==
        "name,carat,cut,color,clarity,depth,table,x,y,z,predicted_value,low,high,warnings,error\n"
        "\"a, b\",0.5,Ideal,G,VS2,61.5,55,5.1,5.12,3.14," +
            price + "," + low + "," + high +
            ",,\n"
            "c,0.5,ideal,G,VS2,61.5,55,5.1,5.12,3.14,,,,,cut 'ideal' is not a cut grade: did you "
            "mean 'Ideal'?\n");
}

TEST_CASE("a batch may be asked of any model, and says which it was") {
  const Fixture f;
  Request request = post("/predict/batch", Json{{"diamonds", {to_json(stone().stone)}}}.dump());
  request.query = {{"model", f.other}};
  const Outcome outcome = f.batch.answer(request);
  CHECK(outcome.model_id == f.other);
  CHECK(Json::parse(outcome.answer.body)["model"]["id"] == f.other);
}

TEST_CASE("a stone of a batch that has a field twice is refused, as it is by itself") {
  const Fixture f;
  const std::string body =
      R"({"diamonds":[{"carat":1,"carat":2,"cut":"Ideal","color":"E","clarity":"VS1"}]})";
  const Problem problem = problem_of([&] { (void)f.batch.answer(post("/predict/batch", body)); });
  CHECK(problem.status == 422);
  CHECK(problem.detail == "carat is given more than once in a stone");
}

TEST_CASE("of many fields that are not known only the first are named") {
  const Fixture f;
  Json stone_with_many = to_json(stone().stone);
  for (int i = 0; i < 100; ++i) stone_with_many["unknown " + std::to_string(i)] = i;
  CHECK(f.ask({{"diamonds", {stone_with_many}}})["predictions"][0]["warnings"].size() == 8);
}

TEST_CASE("a batch that is neither JSON nor CSV is refused") {
  const Fixture f;
  Request request = post("/predict/batch", "carat=1");
  request.content_type = "application/x-www-form-urlencoded";
  const Problem problem = problem_of([&] { (void)f.batch.answer(request); });
  CHECK(problem.status == 415);
  check_says(problem.detail, {"application/json or text/csv"});
}
