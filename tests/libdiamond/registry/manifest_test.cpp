#include "catch.h"
#include "support/manifests.h"
#include "support/messages.h"

#include <diamond/core/error.h>
#include <diamond/registry/manifest.h>

using namespace diamond;
using namespace diamond::testing;

namespace {

std::string fault_of(const std::string& text) {
  return message_of<StorageError>([&] { (void)parse_manifest(text, "m/manifest.json"); });
}

}  // namespace

TEST_CASE("a manifest reads back as it was written") {
  Manifest written = model({.metrics = {{Metric::r2, 0.1 + 0.2}, {Metric::mape, 1e-17}}});
  written.name = "my \"name\"\n";
  written.target = Target::sqrt_price;
  written.recipe = {{"params", {{"quantities", {"carat"}}}}, {"tuning", nullptr}};
  written.dataset.sources = {"a.csv", "caf\xc3\xa9.csv"};
  written.split.settings = {SplitMethod::hash, 0.25, 4294967295U};
  written.slices = {{"carat", "from 2", 3, {{Metric::mae, 1200.5}}}, {"cut", "Ideal", 17, {}}};
  written.interval = {0.8951, 951.25};
  written.tuning = {{"n_trials", 5}};
  written.files = {{"model.json", "abc"}, {"test_predictions.csv", "def"}};
  const Manifest read = parse_manifest(to_json(written).dump(1) + "\n", "m");
  CHECK(to_json(read).dump() == to_json(written).dump());
  CHECK(read.name == written.name);
  CHECK(read.target == Target::sqrt_price);
  CHECK(read.recipe == written.recipe);
  CHECK(read.dataset.rejected == written.dataset.rejected);
  CHECK(read.dataset.sources == written.dataset.sources);
  CHECK(read.split.settings.method == SplitMethod::hash);
  CHECK(read.split.settings.seed == 4294967295U);
  CHECK(read.metrics == written.metrics);
  CHECK(read.slices == written.slices);
  CHECK(read.interval == written.interval);
  CHECK(read.files == written.files);
}

TEST_CASE("a manifest says what the documentation says") {
  Manifest manifest = model();
  manifest.slices = {{"color", "D", 4, {{Metric::r2, 0.5}}}};
  manifest.interval = IntervalFigures{0.875, 400.5};
  Json json = to_json(manifest);
  json.erase("checksum");
  CHECK(json == Json::parse(R"({
    "schema_version": 1, "id": "20261124T080000Z-linear-000000", "kind": "linear", "name": "linear",
    "created_at": "2026-11-24T08:00:00.000Z", "params": {"quantities": ["carat", "x"], "fit_intercept": true},
    "log_target": true, "target": "log",
    "recipe": {"params": {"quantities": ["carat", "x"], "fit_intercept": true}, "tuning": null},
    "dataset": {"path": "data/a.csv", "sha256": "aaaa", "rows": 100, "rows_kept": 98,
                "rejected": [{"reason": "zero_dimension", "rows": 2}]},
    "split": {"method": "shuffle", "test_size": 0.2, "seed": 42, "train_rows": 78, "test_rows": 20},
    "metrics": {"mae": 100.0},
    "slices": [{"field": "color", "slice": "D", "rows": 4, "metrics": {"r2": 0.5}}],
    "interval": {"coverage": 0.9, "measured_coverage": 0.875, "mean_width": 400.5}, "tuning": null, "duration_seconds": 0.125, "versions": {"diamond": "0.1.0"},
    "files": {}})"));
}

TEST_CASE("a manifest that is cut short is an error wherever it ends") {
  const std::string whole = to_json(model()).dump(1);
  for (std::size_t length = 0; length < whole.size(); length += 37)
    check_says(fault_of(whole.substr(0, length)), {"m/manifest.json: ", "cut short"});
}

TEST_CASE("a manifest that was edited by hand is an error") {
  Json json = to_json(model());
  json["metrics"]["mae"] = 1.0;
  check_says(fault_of(json.dump()), {"m/manifest.json: ", "was changed after it was written"});
}

TEST_CASE("a manifest of a newer version asks for an update") {
  Json json = to_json(model());
  json["schema_version"] = 2;
  check_says(fault_of(json.dump()), {"m/manifest.json: ", "newer version 2", "update diamond"});
}

TEST_CASE("a manifest that lacks something or holds what it should not is an error") {
  for (const char* key :
       {"id", "kind", "name", "created_at", "params", "dataset", "split", "metrics", "tuning"}) {
    INFO(key);
    Json json = to_json(model());
    json.erase("checksum");
    json.erase(key);
    check_says(fault_of(json.dump()), {"m/manifest.json: ", "lacks something"});
  }
  Json json = to_json(model());
  json.erase("checksum");
  json["split"]["method"] = "coin";
  check_says(fault_of(json.dump()), {"holds what it should not"});
  check_says(fault_of("[1, 2]"), {"m/manifest.json: "});
  json = to_json(model());
  for (const char* key : {"checksum", "target", "log_target"}) json.erase(key);
  check_says(fault_of(json.dump()), {"lacks something"});
}

TEST_CASE("a manifest of the version that had two targets and no tuning is read") {
  Json json = to_json(model());
  for (const char* key : {"checksum", "target", "recipe"}) json.erase(key);
  json["log_target"] = false;
  const Manifest read = parse_manifest(json.dump(), "m");
  CHECK(read.target == Target::price);
  Manifest same = model({.id = "other"});
  same.target = Target::price;
  CHECK(same_training(read, same));
}

TEST_CASE("what tuning found makes no other training, what was asked for does") {
  Manifest one = model();
  one.recipe = {{"params", {{"a", 1}}}, {"tuning", {{"trials", 5}}}};
  Manifest other = one;
  other.params["found"] = 7;
  CHECK(same_training(one, other));
  other.recipe["tuning"]["trials"] = 6;
  CHECK_FALSE(same_training(one, other));
  other = one;
  other.tuning = {{"end", "stopped"}};
  CHECK_FALSE(same_training(one, other));
  other.tuning = {{"end", "time_budget"}};
  CHECK(same_training(one, other));
}

TEST_CASE("models were judged on the same rows where data and split are the same") {
  const Manifest one = model({.data = "aaaa", .split = {SplitMethod::hash, 0.2, 1}});
  CHECK(same_test_rows(one, model({.id = "other",
                                   .kind = "xgboost",
                                   .data = "aaaa",
                                   .split = {SplitMethod::hash, 0.2, 1}})));
  CHECK_FALSE(same_test_rows(one, model({.data = "bbbb", .split = {SplitMethod::hash, 0.2, 1}})));
  CHECK_FALSE(same_test_rows(one, model({.split = {SplitMethod::shuffle, 0.2, 1}})));
  CHECK_FALSE(same_test_rows(one, model({.split = {SplitMethod::hash, 0.3, 1}})));
  CHECK_FALSE(same_test_rows(one, model({.split = {SplitMethod::hash, 0.2, 2}})));
}

TEST_CASE("a training is the same where kind, name, parameters and target are the same too") {
  const Manifest one = model({.second = 1});
  Manifest other = model({.id = "other", .second = 2, .metrics = {}});
  CHECK(same_training(one, other));
  other.params["fit_intercept"] = false;
  CHECK_FALSE(same_training(one, other));
  other = model();
  other.name = "second";
  CHECK_FALSE(same_training(one, other));
  other = model();
  other.target = Target::price;
  CHECK_FALSE(same_training(one, other));
  CHECK_FALSE(same_training(one, model({.kind = "xgboost"})));
  CHECK_FALSE(same_training(one, model({.data = "bbbb"})));
}
