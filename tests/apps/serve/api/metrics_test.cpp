#include "telemetry/metrics.h"

#include "api/endpoints.h"
#include "catch.h"
#include "support/messages.h"
#include "support/requests.h"
#include "support/trained_history.h"

#include <diamond/core/error.h>
#include <diamond/core/version.h>

#include <iterator>
#include <sstream>
#include <string>
#include <thread>

using namespace diamond;
using namespace diamond::serve;
using namespace diamond::testing;

namespace {

/// A log in the state that the test gives it.
struct Store final : TrafficStore {
  TrafficState now;
  std::vector<Exchange> exchanges;  // by id, the newest last
  bool broken = false;

  void record(std::span<const Exchange* const> /*exchanges*/) override {}
  std::vector<Exchange> read(const LogQuery& query) override {
    if (broken) throw StorageError("memory", "it does not answer", "wait");
    std::vector<Exchange> page;
    for (auto one = exchanges.rbegin(); one != exchanges.rend(); ++one)
      if ((!query.before || one->id < *query.before) && std::ssize(page) < query.limit)
        page.push_back(*one);
    return page;
  }
  [[nodiscard]] TrafficState state() const override { return now; }
};

struct Fixture {
  explicit Fixture(EmptyHistory& history)
      : keeper(history.registry, history.catalog, ChampionChoice{}, history.log),
        recording(history.log, "exchanges cannot be recorded", "exchanges are recorded again") {}

  Metrics metrics;
  Store store;
  ModelKeeper keeper;
  Trouble recording;
  DriftWatch drift{keeper, store};

  [[nodiscard]] std::string page() const {
    return metrics_endpoint(metrics, keeper, store, recording, drift)
        .answer(get("/metrics"))
        .answer.body;
  }
};

}  // namespace

TEST_CASE("metrics need no key and are not logged") {
  EmptyHistory history;
  const Fixture f(history);
  const Endpoint endpoint = metrics_endpoint(f.metrics, f.keeper, f.store, f.recording, f.drift);
  CHECK(endpoint.needs == Right::nothing);
  CHECK(endpoint.logged == Logged::no);
  CHECK(endpoint.answer(get("/metrics")).answer.content_type ==
        "text/plain; version=0.0.4; charset=utf-8");
}

TEST_CASE("metrics say which program and which model are in service") {
  TrainedHistory history;
  const Fixture f(history);
  check_says(f.page(), {"diamond_build_info{version=\"" + std::string(version()) + "\"} 1",
                        "diamond_model_info{model=\"" + history.champion + "\",kind=\"linear\"} 1",
                        "\ndiamond_model_created_timestamp_seconds 1", "\ndiamond_model_stale 0"});
}

TEST_CASE("metrics without a model are metrics all the same") {
  EmptyHistory history;
  const Fixture f(history);
  const std::string page = f.page();
  check_says(page, {"diamond_build_info", "\ndiamond_model_stale 1", "\ndiamond_log_recording 1"});
  CHECK(page.find("diamond_model_info") == std::string::npos);
}

TEST_CASE("metrics say how the log is doing") {
  EmptyHistory history;
  Fixture f(history);
  f.store.now = {12, 3.5, "the database is away", 7, 2};
  check_says(f.page(),
             {"\ndiamond_log_waiting_exchanges 12\n", "\ndiamond_log_behind_seconds 3.5\n",
              "\ndiamond_log_dropped_exchanges_total 7\n",
              "\ndiamond_log_rejected_exchanges_total 2\n", "\ndiamond_log_recording 1\n"});
  CHECK(f.page().find("away") == std::string::npos);
  f.recording.meet("the disk is full");
  check_says(f.page(), {"\ndiamond_log_recording 0\n"});
  f.recording.end();
  check_says(f.page(), {"\ndiamond_log_recording 1\n"});
}

TEST_CASE("metrics say how far the stones that are asked for have drifted, where enough are") {
  TrainedHistory history;
  Fixture f(history);
  Exchange exchange;
  exchange.endpoint = "predict";
  exchange.response = R"({"predicted_value":1})";
  for (const PricedDiamond& one : random_stones(200, 3)) {
    Json request = to_json(one.stone);
    request["carat"] = 90;
    if (f.store.exchanges.size() > 0) request.erase("table");
    exchange.request = request.dump();
    ++exchange.id;
    f.store.exchanges.push_back(exchange);
  }
  f.drift.refresh();
  const std::string page = f.page();
  check_says(page, {"\ndiamond_drift_requests 200\n", "\ndiamond_drift_psi{field=\"carat\"} ",
                    "\ndiamond_drift_outside_share{field=\"carat\"} 1\n",
                    "\ndiamond_drift_psi{field=\"z\"} "});
  CHECK(page.find("{field=\"table\"}") == std::string::npos);  // one stone tells nothing
  CHECK(page.find("{field=\"price\"}") == std::string::npos);
}

TEST_CASE("metrics of few requests only say how many they are") {
  TrainedHistory history;
  Fixture f(history);
  f.drift.refresh();
  const std::string page = f.page();
  check_says(page, {"\ndiamond_drift_requests 0\n"});
  CHECK(page.find("diamond_drift_psi") == std::string::npos);
}

TEST_CASE("metrics say nothing of a drift that cannot be read any more, or has no model") {
  TrainedHistory history;
  Fixture f(history);
  f.drift.refresh();
  f.store.broken = true;
  f.drift.refresh();
  CHECK(f.page().find("diamond_drift") == std::string::npos);
  EmptyHistory nothing;
  Fixture without_model(nothing);
  without_model.drift.refresh();
  CHECK(without_model.page().find("diamond_drift") == std::string::npos);
}

TEST_CASE("the drift is read by itself once somebody has looked") {
  TrainedHistory history;
  const Fixture f(history);
  CHECK(f.page().find("diamond_drift") == std::string::npos);
  while (f.drift.figures() == nullptr) std::this_thread::yield();
  check_says(f.page(), {"\ndiamond_drift_requests 0\n"});
}
