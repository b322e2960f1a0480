#include "api/endpoints.h"
#include "catch.h"
#include "support/messages.h"
#include "support/requests.h"
#include "support/trained_history.h"

#include <diamond/core/version.h>

using namespace diamond;
using namespace diamond::serve;
using namespace diamond::testing;

namespace {

Json answer(const ModelKeeper& keeper, std::size_t endpoint) {
  return Json::parse(health_endpoints(keeper).at(endpoint).answer(get("/")).answer.body);
}
Json alive(const ModelKeeper& keeper) {
  return answer(keeper, 0);
}
Json ready(const ModelKeeper& keeper) {
  return answer(keeper, 1);
}

}  // namespace

TEST_CASE("health is asked at GET /livez and GET /readyz and not logged") {
  EmptyHistory h;
  const ModelKeeper keeper(h.registry, h.catalog, ChampionChoice{}, h.log);
  const std::vector<Endpoint> endpoints = health_endpoints(keeper);
  REQUIRE(endpoints.size() == 2);
  CHECK(endpoints[0].path == "/livez");
  CHECK(endpoints[1].path == "/readyz");
  for (const Endpoint& endpoint : endpoints) {
    CHECK(endpoint.method == "GET");
    CHECK(endpoint.logged == Logged::no);
  }
}

TEST_CASE("the server lives without a model but is not ready") {
  EmptyHistory h;
  const ModelKeeper keeper(h.registry, h.catalog, ChampionChoice{}, h.log);
  CHECK(alive(keeper) == Json({{"status", "alive"}, {"version", version()}}));
  const Problem problem = problem_of([&] { (void)ready(keeper); });
  CHECK(problem.status == 503);
  CHECK(problem.code == "no-model");
  check_says(problem.detail, {"there is no champion yet", h.registry.directory().string()});
}

TEST_CASE("the server is ready with a model and names it") {
  TrainedHistory h;
  const ModelKeeper keeper(h.registry, h.catalog, ChampionChoice{}, h.log);
  CHECK(ready(keeper) ==
        Json({{"status", "ready"}, {"model", {{"id", h.champion}, {"kind", "linear"}}}}));
}

TEST_CASE("the server is ready with an old model and says why the new one is not served") {
  // A directory may have any name: what is not UTF-8 in it must not hinder the answer.
  TrainedHistory h(
      "mod\xff"
      "els");
  ModelKeeper keeper(h.registry, h.catalog, ChampionChoice{}, h.log);
  h.damage(h.other);
  h.registry.promote(h.other, "by hand");
  keeper.refresh();
  const Json json = ready(keeper);
  CHECK(json["status"] == "ready");
  CHECK(json["model"]["id"] == h.champion);
  check_says(json["problem"], {h.other, "not as it was when the model was published"});
}
