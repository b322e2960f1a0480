#include "catch.h"
#include "support/messages.h"
#include "support/reference.h"

#include <diamond/core/error.h>
#include <diamond/core/json_schema.h>
#include <diamond/pipeline/training_config.h>

using namespace diamond;
using namespace diamond::testing;
using Paths = std::vector<std::filesystem::path>;

namespace {

TrainingConfig parsed(std::string_view text) {
  return parse_training_config(Json::parse(text), builtin_estimators(), "a.json");
}

std::string fault_of(std::string_view text) {
  return message_of<UsageError>([&] { (void)parsed(text); });
}

}  // namespace

TEST_CASE("an empty configuration has every default") {
  const TrainingConfig config = parsed("{}");
  CHECK(config.dataset_paths == Paths{"data"});
  CHECK(config.datasets == DatasetMode::each);
  CHECK(config.models_path == "artifacts/models");
  CHECK(config.split.method == SplitMethod::shuffle);
  CHECK(config.split.test_size == 0.2);
  CHECK(config.split.seed == 42);
  CHECK(config.max_rejected == 0.2);
  REQUIRE(config.models.size() == 2);
  CHECK(config.models[0].kind == "linear");
  CHECK(config.models[0].name == "linear");
  CHECK_FALSE(config.models[0].tuning.has_value());
  CHECK(config.models[1].kind == "xgboost");
  CHECK(config.models[0].settings.target == Target::log_price);
  CHECK(config.models[0].settings.params ==
        Json({{"quantities", {"carat", "x"}}, {"fit_intercept", true}}));
  for (const Metric metric : all_metrics)
    CHECK(std::count(config.metrics.begin(), config.metrics.end(), metric) > 0);
  CHECK(config.promotion.metric == Metric::mae);
  CHECK(config.promotion.min_improvement == 0);
  CHECK(config.promotion.confidence == 0.95);
  CHECK_FALSE(config.log_file.has_value());
}

TEST_CASE("every member of a configuration is heard") {
  const TrainingConfig config =
      parsed(R"({"dataset_path": ["a.csv", "more"], "datasets": "merged", "models_path": "m",
    "test_size": 0.3, "random_seed": 7, "split": "hash", "max_rejected": 0.5,
    "models": [{"kind": "linear"}, {"kind": "linear", "name": "raw", "log_target": false,
                                    "params": {"quantities": ["carat"]}}],
    "metrics": ["r2"], "promotion": {"metric": "rmse", "min_improvement": 2.5, "confidence": 0.9},
    "log_file": "a.log"})");
  CHECK(config.dataset_paths == Paths{"a.csv", "more"});
  CHECK(config.datasets == DatasetMode::merged);
  CHECK(config.models_path == "m");
  CHECK(config.split.method == SplitMethod::hash);
  CHECK(config.split.test_size == 0.3);
  CHECK(config.split.seed == 7);
  CHECK(config.max_rejected == 0.5);
  REQUIRE(config.models.size() == 2);
  CHECK(config.models[1].name == "raw");
  CHECK(config.models[1].settings.target == Target::price);
  CHECK(config.models[1].settings.params ==
        Json({{"quantities", {"carat"}}, {"fit_intercept", true}}));
  CHECK(config.models[1].settings.seed == 7);
  CHECK(config.promotion.metric == Metric::rmse);
  CHECK(config.promotion.min_improvement == 2.5);
  CHECK(config.promotion.confidence == 0.9);
  CHECK(std::count(config.metrics.begin(), config.metrics.end(), Metric::r2) == 1);
  CHECK(std::count(config.metrics.begin(), config.metrics.end(), Metric::rmse) ==
        1);  // the promotion's
  CHECK(std::count(config.metrics.begin(), config.metrics.end(), Metric::mae) == 0);
  CHECK(config.log_file == "a.log");
}

TEST_CASE("a promotion that names its metric only has the default for the rest") {
  const TrainingConfig config = parsed(R"({"promotion": {"metric": "r2"}})");
  CHECK(config.promotion.metric == Metric::r2);
  CHECK(config.promotion.min_improvement == 0);
  CHECK(config.promotion.confidence == 0.95);
}

TEST_CASE("each fault of a configuration is told with its pointer and what is allowed") {
  check_says(fault_of(R"({"test_size": 1})"), {"a.json#/test_size: ", "above 0", "below 1"});
  check_says(fault_of(R"({"test_size": "0.2"})"), {"a.json#/test_size: ", "type number"});
  check_says(fault_of(R"({"random_seed": -1})"), {"a.json#/random_seed: ", "at least 0"});
  check_says(fault_of(R"({"random_seed": 4294967296})"),
             {"a.json#/random_seed: ", "at most 4294967295"});
  check_says(fault_of(R"({"random_seed": 1.5})"), {"a.json#/random_seed: ", "integer"});
  check_says(fault_of(R"({"datasets": "all"})"), {"a.json#/datasets: ", "\"each\", \"merged\""});
  check_says(fault_of(R"({"split": "random"})"), {"a.json#/split: ", "\"shuffle\", \"hash\""});
  check_says(fault_of(R"({"max_rejected": 1.1})"), {"a.json#/max_rejected: ", "at most 1"});
  check_says(fault_of(R"({"dataset_path": []})"), {"a.json#/dataset_path: ", "at least 1 long"});
  check_says(fault_of(R"({"dataset_path": ["a", 1]})"), {"a.json#/dataset_path/1: ", "string"});
  check_says(fault_of(R"({"models": []})"), {"a.json#/models: ", "at least 1 long"});
  check_says(fault_of(R"({"models": [{"name": "x"}]})"),
             {"a.json#/models/0: ", "'kind' is missing"});
  check_says(fault_of(R"({"models": [{"kind": "linear", "name": ""}]})"),
             {"a.json#/models/0/name: "});
  check_says(fault_of(R"({"models": [{"kind": "linear", "log_target": 1}]})"),
             {"a.json#/models/0/log_target: ", "boolean"});
  check_says(fault_of(R"({"metrics": ["mae", "mse"]})"),
             {"a.json#/metrics/1: ", "\"r2\", \"mae\""});
  check_says(fault_of(R"({"promotion": {"metric": "mse"}})"), {"a.json#/promotion/metric: "});
  check_says(fault_of(R"({"promotion": {"min_improvement": -1}})"),
             {"a.json#/promotion/min_improvement: ", "at least 0"});
  for (const char* confidence : {"0", "1"})
    check_says(fault_of(R"({"promotion": {"confidence": )" + std::string(confidence) + "}}"),
               {"a.json#/promotion/confidence: ", "above 0", "below 1"});
  check_says(fault_of(R"({"test_sise": 0.2})"),
             {"a.json#/test_sise: ", "did you mean 'test_size'?"});
  check_says(fault_of(R"({"promotion": {"metrics": "mae"}})"),
             {"a.json#/promotion/metrics: ", "did you mean 'metric'?"});
  check_says(fault_of("[]"), {"a.json#: ", "object"});
}

TEST_CASE("a kind that there is not is told with its place") {
  check_says(fault_of(R"({"models": [{"kind": "linear"}, {"kind": "forest"}]})"),
             {"a.json#/models/1/kind: ", "'forest'", "linear"});
}

TEST_CASE("parameters are held against those of their kind") {
  check_says(fault_of(R"({"models": [{"kind": "linear", "params": {"intercept": true}}]})"),
             {"a.json#/models/0/params/intercept: ", "unknown key 'intercept'",
              "did you mean 'fit_intercept'?"});
  check_says(
      fault_of(
          R"({"models": [{"kind": "linear", "params": {"quantities": ["carat", "weight"]}}]})"),
      {"a.json#/models/0/params/quantities/1: ", "\"carat\""});
}

TEST_CASE("two models may not have the same name") {
  check_says(
      fault_of(R"({"models": [{"kind": "linear"}, {"kind": "linear", "log_target": false}]})"),
      {"a.json#/models/1: ", "another model called 'linear'", "\"name\""});
}

TEST_CASE("the configurations that ship are as they should be") {
  for (const char* name : {"config/training_pipeline.json", "config/first_run.json"}) {
    INFO(name);
    const Json document = read_json(source_directory() / name);
    CHECK_NOTHROW(check_against_schema(document, training_config_schema(), name));
  }
}

TEST_CASE("how much memory a training may take, and who learns, are read and checked") {
  const EstimatorCatalog catalog = builtin_estimators();
  const auto parse = [&](const char* text) {
    return parse_training_config(Json::parse(text), catalog, "a.json");
  };
  CHECK(parse("{}").memory > 0);
  CHECK_FALSE(parse("{}").workers.has_value());
  CHECK(parse(R"({"memory": "2 GiB"})").memory == std::uint64_t{2} << 30U);
  const TrainingConfig here = parse(R"({"workers": {"count": 3}})");
  CHECK(here.workers->size() == 3);
  CHECK(here.workers->is_on_this_machine());
  const TrainingConfig there = parse(
      R"({"workers": {"hosts": ["a", "b"], "tracker": "lead:9091", "remote_shell": ["rsh", "-x"]}})");
  CHECK(there.workers->size() == 2);
  CHECK_FALSE(there.workers->is_on_this_machine());
  CHECK(there.workers->tracker.host == "lead");
  CHECK(there.workers->tracker.port == 9091);
  CHECK(there.workers->remote_shell == std::vector<std::string>{"rsh", "-x"});

  check_says(fault_of(R"({"memory": "much"})"), {"a.json#/memory: "});
  check_says(fault_of(R"({"memory": "99999999999TiB"})"), {"a.json#/memory: ", "512 MiB"});
  check_says(fault_of(R"({"workers": {}})"), {"a.json#/workers: ", "count", "hosts"});
  check_says(fault_of(R"({"workers": {"count": 2, "hosts": ["a"]}})"), {"a.json#/workers: "});
  check_says(fault_of(R"({"workers": {"count": 0}})"), {"a.json#/workers/count: "});
  check_says(fault_of(R"({"workers": {"count": 2, "tracker": "a:x"}})"),
             {"a.json#/workers/tracker: ", "HOST:PORT"});
  check_says(fault_of(R"({"workers": {"count": 2, "scheduled": true, "tracker": "a"}})"),
             {"a.json#/workers/tracker: ", "port"});
  check_says(fault_of(R"({"workers": {"hosts": ["a"], "scheduled": true, "tracker": "a:9091"}})"),
             {"a.json#/workers: ", "scheduler"});
  check_says(fault_of(R"({"workers": {"hosts": ["a", "-oProxyCommand=x"]}})"),
             {"a.json#/workers/hosts/1: ", "'-oProxyCommand=x' is no host"});
  check_says(fault_of(R"({"workers": {"count": 2, "patience": 100000}})"),
             {"a.json#/workers/patience: "});
}
