#include "api/endpoints.h"
#include "catch.h"
#include "support/messages.h"
#include "support/requests.h"
#include "support/trained_history.h"

using namespace diamond;
using namespace diamond::serve;
using namespace diamond::testing;

namespace {

Outcome all_models(const ModelRegistry& registry) {
  return models_endpoints(registry).at(0).answer(get("/models"));
}

Outcome one_model(const ModelRegistry& registry, const std::string& id) {
  return models_endpoints(registry).at(1).answer(get("/models/" + id));
}

Problem problem_of_model(const ModelRegistry& registry, const std::string& id) {
  return problem_of([&] { (void)one_model(registry, id); });
}

}  // namespace

TEST_CASE("the history is read at GET /models and GET /models/{id}") {
  const EmptyHistory history;
  const std::vector<Endpoint> endpoints = models_endpoints(history.registry);
  REQUIRE(endpoints.size() == 3);
  CHECK(endpoints[0].path == "/models");
  CHECK(endpoints[1].path == "/models/{id}");
  CHECK(endpoints[2].path == "/models/{id}/report");
  for (const Endpoint& endpoint : endpoints) {
    CHECK(endpoint.name == "models");
    CHECK(endpoint.method == "GET");
    CHECK(endpoint.needs == Right::models);
    CHECK(endpoint.logged == Logged::yes);
  }
}

TEST_CASE("the models are listed with their manifests, the newest first, and the champion marked") {
  const TrainedHistory h;
  const Outcome outcome = all_models(h.registry);
  CHECK(outcome.answer.status == 200);
  CHECK(outcome.model_id.empty());
  CHECK(outcome.logged_response == R"({"models":2})");
  const Json models = Json::parse(outcome.answer.body);
  const std::vector<Manifest> stored = h.registry.history().models;  // oldest first
  REQUIRE(models.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    Json expected = to_json(stored[1 - i]);
    expected["champion"] = stored[1 - i].id == h.champion;
    CHECK(models[i] == expected);
  }
}

TEST_CASE("a history without models is an empty list") {
  const EmptyHistory history;
  CHECK(all_models(history.registry).answer.body == "[]");
  CHECK(problem_of_model(history.registry, "champion").detail == "there is no champion yet");
  CHECK(problem_of_model(history.registry, "champion").status == 404);
}

TEST_CASE("one model is read by its id or as the champion") {
  const TrainedHistory h;
  const Outcome champion = one_model(h.registry, "champion");
  const Json body = Json::parse(champion.answer.body);
  CHECK(body["id"] == h.champion);
  CHECK(body["champion"] == true);
  CHECK(champion.logged_response == R"({"model":")" + h.champion + "\"}");
  CHECK(one_model(h.registry, h.champion).answer.body == champion.answer.body);
  const Json other = Json::parse(one_model(h.registry, h.other).answer.body);
  CHECK(other["id"] == h.other);
  CHECK(other["champion"] == false);
}

TEST_CASE("the report on a model is the page that was written about it") {
  const TrainedHistory h;
  const auto report = [&](const std::string& id) {
    return models_endpoints(h.registry).at(2).answer(get("/models/" + id + "/report"));
  };
  const Problem none = problem_of([&] { (void)report("champion"); });
  CHECK(none.status == 404);
  check_says(none.detail, {"no report", "diamond-train report " + h.champion});
  h.directory.write("reports/" + h.champion + ".html", "<!doctype html>");
  const Outcome outcome = report("champion");
  CHECK(outcome.answer.body == "<!doctype html>");
  CHECK(outcome.answer.content_type == "text/html; charset=utf-8");
  CHECK_FALSE(outcome.answer.etag.empty());
  CHECK(outcome.logged_response == R"({"model":")" + h.champion + "\"}");
  CHECK(report(h.champion).answer.body == outcome.answer.body);
  check_says(problem_of([&] { (void)report("..%2f"); }).detail, {"GET /models lists them"});
}

TEST_CASE("an id that the history has not is 404") {
  const TrainedHistory h;
  for (const std::string& id :
       {std::string("nothing"), h.champion.substr(0, 10), std::string("..")}) {
    INFO(id);
    const Problem problem = problem_of_model(h.registry, id);
    CHECK(problem.status == 404);
    CHECK(problem.code == "not-found");
    check_says(problem.detail, {"GET /models lists them"});
  }
}

TEST_CASE("the models are listed though nobody can tell who the champion is") {
  const TrainedHistory h;
  h.directory.write("models/champion.json", "{");
  const Json models = Json::parse(all_models(h.registry).answer.body);
  REQUIRE(models.size() == 2);
  CHECK(models[0]["champion"] == false);
  CHECK(models[1]["champion"] == false);
  CHECK(problem_of_model(h.registry, "champion").status == 404);
}

TEST_CASE("a model that cannot be read is left out of the list") {
  const TrainedHistory h;
  h.directory.write("models/" + h.other + "/manifest.json", "{");
  const Json models = Json::parse(all_models(h.registry).answer.body);
  REQUIRE(models.size() == 1);
  CHECK(models[0]["id"] == h.champion);
}
