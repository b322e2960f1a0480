// Trainings that search for their parameters.
#include "catch.h"
#include "support/messages.h"
#include "support/stones.h"
#include "support/training_place.h"

#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/core/hash.h>
#include <diamond/pipeline/training_pipeline.h>
#include <diamond/registry/model_registry.h>

#include <filesystem>
#include <sstream>

using namespace diamond;
using namespace diamond::testing;

namespace {

const Json tuned_trees = Json::parse(R"([{"kind": "xgboost", "params": {"n_estimators": 10},
  "tuning": {"trials": 6, "search_space": {"max_depth": {"type": "int", "min": 2, "max": 8},
                                           "subsample": {"type": "float", "min": 0.5, "max": 1}}}}])");

/// The lines of a trials.jsonl without the time that each took.
std::vector<Json> trials_in(const std::filesystem::path& file) {
  std::istringstream lines(read_file(file));
  std::vector<Json> trials;
  for (std::string line; std::getline(lines, line);) {
    trials.push_back(Json::parse(line));
    trials.back().erase("duration_seconds");
  }
  return trials;
}

/// A fixture whose one model is tuned.
struct TunedFixture : TrainingPlace {
  TunedFixture() {
    document["models"] = tuned_trees;
    data("a.csv", random_stones(400, 93));
  }

  TrainingResult train_watched(const TrainingWatch& watch) { return train(Repeat::skip, watch); }

  [[nodiscard]] std::size_t studies() const {
    const auto place = directory / "models/.studies";
    return std::filesystem::exists(place) ? names_in(place).size() : 0;
  }
};

}  // namespace

TEST_CASE("a tuned model keeps its trials and what they found") {
  TunedFixture f;
  const Manifest model = f.train().trained.at(0);
  CHECK(model.tuning["end"] == "all_trials");
  CHECK(model.tuning["best"]["metric"] == "mae");
  CHECK(model.params["n_estimators"] == 10);
  CHECK(model.params["max_depth"] >= 2);
  CHECK_FALSE(model.recipe["params"].contains("max_depth"));
  const auto trials = trials_in(f.registry.directory_of(model.id) / "trials.jsonl");
  REQUIRE(trials.size() == 6);
  for (std::size_t i = 0; i < trials.size(); ++i) CHECK(trials[i]["number"] == i);
  CHECK(f.studies() == 0);
  CHECK(f.train().trained.empty());
  f.document["models"][0]["tuning"]["trials"] = 7;
  CHECK(f.train().trained.size() == 1);
}

TEST_CASE("a tuning that is stopped publishes its best, and the next run goes on with its trials") {
  TunedFixture whole;
  const Manifest undisturbed = whole.train().trained.at(0);

  TunedFixture f;
  std::stop_source source;
  TrainingWatch watch;
  watch.stop = source.get_token();
  watch.on_trial = [&](const std::string& name, const StudyProgress& progress) {
    CHECK(name == "xgboost");
    if (progress.ended == 3) source.request_stop();
  };
  f.document["models"].push_back({{"kind", "linear"}});
  const TrainingResult stopped = f.train_watched(watch);
  REQUIRE(stopped.trained.size() == 1);
  CHECK(stopped.trained[0].tuning["end"] == "stopped");
  CHECK(f.registry.champion()->id == stopped.trained[0].id);
  check_says(f.said.str(), {"not trained: the training was stopped", "linear"});
  CHECK(f.studies() == 1);

  const TrainingResult rest = f.train();
  REQUIRE(rest.trained.size() == 2);
  CHECK(rest.trained[0].tuning["end"] == "all_trials");
  CHECK(trials_in(f.registry.directory_of(rest.trained[0].id) / "trials.jsonl") ==
        trials_in(whole.registry.directory_of(undisturbed.id) / "trials.jsonl"));
  CHECK(rest.trained[0].params == undisturbed.params);
  CHECK(f.studies() == 0);
  CHECK(f.train().trained.empty());
}

TEST_CASE("a model that is not tuned is given up when the training is stopped") {
  TrainingPlace f;
  f.data("a.csv", random_stones(200, 94));
  f.document["models"] = Json::parse(R"([{"kind": "xgboost", "params": {"n_estimators": 50}}])");
  std::stop_source source;
  source.request_stop();
  TrainingWatch watch;
  watch.stop = source.get_token();
  const TrainingResult result = f.train(Repeat::skip, watch);
  CHECK(result.trained.empty());
  CHECK(f.registry.history().models.empty());
}

TEST_CASE("the prices of the test rows change no model") {
  TrainingPlace f;
  const auto stones = random_stones(500, 95);
  f.document["models"] = Json::parse(R"([{"kind": "linear"},
    {"kind": "xgboost", "name": "found", "params": {"learning_rate": 0.2}},
    {"kind": "blend", "params": {"members": [{"kind": "linear"}, {"kind": "xgboost", "params": {"n_estimators": 20}}]}}])");
  f.document["models"].push_back(tuned_trees[0]);
  f.data("a.csv", stones);
  const std::vector<Manifest> before = f.train().trained;

  auto changed = stones;
  const Split split = shuffle_split(stones.size(), 0.2, 42);
  for (std::size_t i = 0; i < split.test.size(); ++i)
    changed[split.test[i]].price = stones[split.test[(i + 1) % split.test.size()]].price;
  f.data("a.csv", changed);
  const std::vector<Manifest> after = f.train().trained;

  REQUIRE(before.size() == 4);
  REQUIRE(after.size() == 4);
  for (std::size_t i = 0; i < before.size(); ++i) {
    INFO(before[i].name);
    CHECK(before[i].metrics != after[i].metrics);  // they were judged by other prices
    CHECK(before[i].params == after[i].params);
    for (const auto& [file, sha256] : before[i].files)
      if (file != "test_predictions.csv" && file != "trials.jsonl" && file != "interval.json")
        CHECK(after[i].files.at(file) == sha256);
  }
}

TEST_CASE("one training row is an error that leaves nothing") {
  TrainingPlace f;
  f.data("a.csv", random_stones(2, 96));
  f.document["test_size"] = 0.5;
  check_says(message_of<DataError>([&] { f.train(); }), {"a.csv: ", "one training row"});
  CHECK(f.registry.history().models.empty());
}

TEST_CASE("a study that nobody went on with for a month goes, a fresh one stays") {
  TunedFixture f;
  f.train();
  const auto studies = f.directory / "models/.studies";
  const auto write = [&](const char* name, int days) {
    f.directory.write("models/.studies/" + std::string(name), "");
    std::filesystem::last_write_time(
        studies / name, std::filesystem::file_time_type::clock::now() - std::chrono::days(days));
  };
  write("old.jsonl", 31);
  write("fresh.jsonl", 29);
  f.train();
  CHECK(names_in(studies) == std::set<std::string>{"fresh.jsonl"});
}
