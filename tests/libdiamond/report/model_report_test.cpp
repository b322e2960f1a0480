#include "catch.h"
#include "support/messages.h"
#include "support/trained_history.h"

#include <diamond/core/error.h>
#include <diamond/report/model_report.h>

using namespace diamond;
using namespace diamond::testing;

TEST_CASE("a report says of a model what its manifest says") {
  const TrainedHistory f;
  const Manifest manifest = f.registry.manifest(f.champion);
  const Json report = model_report(f.registry, f.catalog, f.champion);
  CHECK(report["made_at"] >= manifest.created_at);
  CHECK(report["model"]["id"] == f.champion);
  CHECK(report["model"]["is_champion"] == true);
  CHECK(report["data"]["sha256"] == manifest.dataset.sha256);
  CHECK(report["data"]["split"]["test_rows"] == manifest.split.test_rows);
  for (const Json& metric : report["metrics"]) {
    const Metric which = parse_metric(metric["metric"].get<std::string>()).value();
    CHECK(metric["value"] == manifest.metrics.at(which));
    CHECK(metric["low"] < metric["value"]);
    CHECK(metric["high"] > metric["value"]);
  }
  CHECK(report["predictions"].size() == manifest.split.test_rows);
  CHECK(report["tuning"].is_null());
  CHECK(report["worst"].size() == 10);
  CHECK(model_report(f.registry, f.catalog, f.other)["model"]["standing"].is_null());
}

TEST_CASE("a tuned model's report tells its trials and the best until each") {
  EmptyHistory f;
  const Json tuning = {
      {"trials", 4},
      {"search_space",
       {{"max_depth", {{"type", "int"}, {"min", 2}, {"max", 4}}},
        {"lambda", {{"type", "float"}, {"min", 0.1}, {"max", 1}, {"log", true}}},
        {"features", {{"type", "categorical"}, {"values", {"derived", "notebook"}}}}}}};
  const auto trained =
      f.train({{{"kind", "xgboost"}, {"params", {{"n_estimators", 5}}}, {"tuning", tuning}}});
  const Json told = model_report(f.registry, f.catalog, trained.at(0).id)["tuning"];
  CHECK(told["metric"] == "mae");
  CHECK(told["parameters"] == Json::parse(R"([{"name": "max_depth", "scale": "linear"},
    {"name": "lambda", "scale": "log"}, {"name": "features", "scale": "choice"}])"));
  REQUIRE(told["trials"].size() == 4);
  double best = 1e9;
  for (const Json& trial : told["trials"]) {
    if (trial["state"] == "complete") best = std::min(best, trial["value"].get<double>());
    CHECK(trial["best"] == best);
    CHECK(trial["params"].contains("max_depth"));
  }
}

TEST_CASE("a report compares with another model where there is one to compare with") {
  EmptyHistory f;
  f.stones = random_stones(1500, 91);
  f.train({{{"kind", "linear"}},
           {{"kind", "linear"}, {"name", "poor"}, {"params", {{"quantities", {"table"}}}}}});
  const std::string champion = f.registry.champion().value().id;
  const std::vector<Manifest> models = f.registry.history().models;
  const std::string& other = models[0].id == champion ? models[1].id : models[0].id;
  CHECK(usual_rival(f.registry, champion) == std::nullopt);
  CHECK(usual_rival(f.registry, other) == champion);
  CHECK(model_report(f.registry, f.catalog, champion)["against"].is_null());
  const Json against = model_report(f.registry, f.catalog, other, champion)["against"];
  CHECK(against["holder"] == champion);
  CHECK(against["verdict"] == "worse");
  f.registry.promote(other, "by hand");
  CHECK(usual_rival(f.registry, other) == champion);
  CHECK(usual_rival(f.registry, champion) == other);
  f.directory.write("models/champion.json", "{");
  CHECK(usual_rival(f.registry, other) == std::nullopt);
}

TEST_CASE("a report says why it cannot compare") {
  const TrainedHistory f;  // 60 rows that neither has seen
  const Json against = model_report(f.registry, f.catalog, f.champion, f.other)["against"];
  CHECK(against["holder"] == f.other);
  check_says(against["reason"].get<std::string>(), {"cannot be compared", "200 are needed"});
  CHECK(model_report(f.registry, f.catalog, f.champion, "nobody")["against"].contains("reason"));
}

TEST_CASE("a model that is damaged has no report") {
  const TrainedHistory f;
  f.damage(f.champion);
  check_says(
      message_of<StorageError>([&] { (void)model_report(f.registry, f.catalog, f.champion); }),
      {"model.json", "not as it was"});
}
