#include "api/endpoints.h"
#include "catch.h"
#include "support/keys.h"
#include "support/messages.h"
#include "support/requests.h"
#include "support/trained_history.h"

#include <diamond/core/version.h>

#include <span>
#include <sstream>
#include <string>
#include <vector>

using namespace diamond;
using namespace diamond::serve;
using namespace diamond::testing;

namespace {

/// A log in the state that the test gives it.
struct Store final : TrafficStore {
  TrafficState now;

  void record(std::span<const Exchange* const> /*exchanges*/) override {}
  std::vector<Exchange> read(const LogQuery& /*query*/) override { return {}; }
  [[nodiscard]] TrafficState state() const override { return now; }
};

Json answer(const ModelKeeper& keeper, std::size_t endpoint, const Store& store, Reach reach,
            const std::string& not_recorded = "") {
  std::ostringstream said;
  Log log(said, LogFormat::text);
  Trouble recording(log, "exchanges cannot be recorded", "exchanges are recorded again");
  if (!not_recorded.empty()) recording.meet(not_recorded);
  const Gate gate(reach);
  const std::vector<Endpoint> endpoints = health_endpoints(keeper, store, recording, gate);
  return Json::parse(endpoints.at(endpoint).answer(get("/")).answer.body);
}
Json alive(const ModelKeeper& keeper) {
  return answer(keeper, 0, {}, Reach::this_machine);
}
Json ready(const ModelKeeper& keeper, const Store& store = {}, Reach reach = Reach::this_machine) {
  return answer(keeper, 1, store, reach);
}

}  // namespace

TEST_CASE("health is asked with GET at addresses of two protocols and not logged") {
  EmptyHistory h;
  const ModelKeeper keeper(h.registry, h.catalog, ChampionChoice{}, h.log);
  const Store store;
  const Trouble recording(h.log, "", "");
  const Gate gate(Reach::other_machines);
  const std::vector<Endpoint> endpoints = health_endpoints(keeper, store, recording, gate);
  REQUIRE(endpoints.size() == 4);
  CHECK(endpoints[0].path == "/livez");
  CHECK(endpoints[1].path == "/readyz");
  CHECK(endpoints[2].path == "/v2/health/live");
  CHECK(endpoints[3].path == "/v2/health/ready");
  for (const Endpoint& endpoint : endpoints) {
    CHECK(endpoint.method == "GET");
    CHECK(endpoint.needs == Right::nothing);
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
  Json json = ready(keeper);
  json.erase("log");
  CHECK(json == Json({{"status", "ready"}, {"model", {{"id", h.champion}, {"kind", "linear"}}}}));
}

TEST_CASE("the server is ready while its log waits and says how far it is behind and why") {
  TrainedHistory h;
  const ModelKeeper keeper(h.registry, h.catalog, ChampionChoice{}, h.log);
  Store store;
  store.now = {
      .waiting = 42, .behind_seconds = 1.2344, .trouble = "db.example is away", .rejected = 3};
  CHECK(ready(keeper, store)["log"] == Json({{"waiting", 42},
                                             {"behind_seconds", 1.234},
                                             {"dropped", 0},
                                             {"rejected", 3},
                                             {"problem", "db.example is away"}}));
  const Json for_strangers = ready(keeper, store, Reach::other_machines)["log"];
  CHECK(for_strangers["waiting"] == 42);
  CHECK(for_strangers["problem"] == "the server's log says it");
}

TEST_CASE("where there are keys, why the log waits is for those who may read it") {
  TrainedHistory h;
  const ModelKeeper keeper(h.registry, h.catalog, ChampionChoice{}, h.log);
  Store store;
  store.now = {.trouble = "db.example is away"};
  const Trouble recording(h.log, "", "");
  const Keys keys(h.log);
  const Gate gate(keys.keeper);
  const Endpoint endpoint = health_endpoints(keeper, store, recording, gate).at(1);
  const auto problem = [&](const Request& request) {
    return Json::parse(endpoint.answer(request).answer.body)["log"]["problem"];
  };
  CHECK(problem(with_key(get("/readyz"), "ops")) == "db.example is away");
  for (const Request& request :
       {get("/readyz"), with_key(get("/readyz"), "shop"), with_key(get("/readyz"), "guess")})
    CHECK(problem(request) == "the server's log says it");
}

TEST_CASE("a server that cannot record exchanges is not ready") {
  TrainedHistory h;
  const ModelKeeper keeper(h.registry, h.catalog, ChampionChoice{}, h.log);
  Store store;
  store.now = {.waiting = 42, .trouble = "db.example is away"};
  const Problem problem =
      problem_of([&] { (void)answer(keeper, 1, store, Reach::this_machine, "the disk is full"); });
  CHECK(problem.status == 503);
  CHECK(problem.code == "not-recording");
  check_says(problem.detail, {"42 wait for the database", "db.example is away"});
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
