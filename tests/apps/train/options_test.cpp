#include "options.h"

#include "catch.h"
#include "support/current_directory.h"
#include "support/messages.h"
#include "support/temporary_directory.h"

#include <diamond/core/error.h>
#include <diamond/models/estimator_catalog.h>
#include <diamond/pipeline/training_config.h>

using namespace diamond;
using namespace diamond::testing;
using namespace diamond::train;

namespace {

/// A current directory in which there is no configuration but what a test writes.
struct Fixture {
  TemporaryDirectory directory;
  CurrentDirectory current{directory.path()};
};

}  // namespace

TEST_CASE("without a file and options the configuration is empty") {
  const Fixture f;
  const Configuration configuration = read_configuration({});
  CHECK(configuration.document == Json::object());
  CHECK(configuration.place == "the options");
  CHECK(models_directory({}) == "artifacts/models");
}

TEST_CASE("the default file is read where it is there and --config beats it") {
  const Fixture f;
  f.directory.write("config/training_pipeline.json",
                    R"({"random_seed": 1, "models_path": "here"})");
  f.directory.write("other.json", R"({"random_seed": 2})");
  CHECK(read_configuration({}).document["random_seed"] == 1);
  CHECK(read_configuration({}).place == "config/training_pipeline.json");
  CHECK(models_directory({}) == "here");
  Options options;
  options.config = "other.json";
  CHECK(read_configuration(options).document["random_seed"] == 2);
  CHECK(read_configuration(options).place == "other.json");
}

TEST_CASE("options beat the file and the rest of it stays") {
  const Fixture f;
  Options options;
  TrainingOptions training;
  options.config = f.directory.write(
      "a.json",
      R"({"dataset_path": "x", "models_path": "m", "random_seed": 1, "test_size": 0.1, "split": "hash"})");
  training.data = {"a.csv", "b"};
  options.models_dir = "elsewhere";
  training.seed = 9;
  training.test_size = 0.4;
  training.max_rejected = 0.0;
  CHECK(
      read_configuration(options, training).document ==
      Json::parse(R"({"dataset_path": ["a.csv", "b"], "models_path": "elsewhere", "random_seed": 9,
                        "test_size": 0.4, "split": "hash", "max_rejected": 0.0})"));
  CHECK(models_directory(options) == "elsewhere");
}

TEST_CASE("a model is chosen by its name or kind, or is a kind with its defaults") {
  const Fixture f;
  Options options;
  TrainingOptions training;
  options.config = f.directory.write("a.json", R"({"models": [
    {"kind": "linear", "name": "raw", "log_target": false}, {"kind": "linear", "name": "log"}, {"kind": "tree"}]})");
  const auto chosen = [&](std::vector<std::string> words) {
    training.models = std::move(words);
    return read_configuration(options, training).document["models"].dump();
  };
  CHECK(chosen({"raw"}) == R"([{"kind":"linear","name":"raw","log_target":false}])");
  CHECK(chosen({"linear"}) ==
        R"([{"kind":"linear","name":"raw","log_target":false},{"kind":"linear","name":"log"}])");
  CHECK(chosen({"forest", "tree"}) == R"([{"kind":"forest"},{"kind":"tree"}])");
}

TEST_CASE("a file of the original's form is read as ours and its notes are kept") {
  const Fixture f;
  Options options;
  options.config = f.directory.write(
      "old.json",
      R"({"model": {"class": "LinearRegression", "params": {"n_jobs": 2}}, "test_size": 0.3})");
  TrainingOptions training;
  training.seed = 5;
  const Configuration configuration = read_configuration(options, training);
  CHECK(configuration.document["models"][0]["kind"] == "linear");
  CHECK(configuration.document["random_seed"] == 5);
  REQUIRE(configuration.notes.size() == 1);
  check_says(configuration.notes[0], {"n_jobs"});
}

TEST_CASE("a faulty file is told with its name and pointer before options cover it") {
  const Fixture f;
  Options options;
  options.config = f.directory.write("a.json", R"({"test_size": 2})");
  TrainingOptions training;
  training.test_size = 0.2;
  check_says(message_of<UsageError>([&] { (void)read_configuration(options, training); }),
             {"a.json#/test_size: "});
  options.config = f.directory / "none.json";
  check_says(message_of<UsageError>([&] { (void)read_configuration(options); }),
             {"none.json", "No such file"});
}
