// A history with models in it, made the way users make theirs.
#pragma once

#include "stones.h"
#include "temporary_directory.h"

#include <diamond/core/json.h>
#include <diamond/core/log.h>
#include <diamond/models/estimator_catalog.h>
#include <diamond/pipeline/training_config.h>
#include <diamond/pipeline/training_pipeline.h>
#include <diamond/registry/model_registry.h>

#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace diamond::testing {

/// A directory in which nothing was trained yet.
struct EmptyHistory {
  explicit EmptyHistory(std::string_view models_name = "models")
      : registry(directory / models_name) {}

  TemporaryDirectory directory;
  ModelRegistry registry;
  EstimatorCatalog catalog = builtin_estimators();
  std::ostringstream said;
  Log log{said, LogFormat::text};
  std::vector<PricedDiamond> stones = random_stones(300, 91);

  /// Trains two models on the stones: "all", which is the champion, and "carat only".
  std::vector<Manifest> train() {
    return train(
        {{{"kind", "linear"}, {"name", "all"}},
         {{"kind", "linear"}, {"name", "carat only"}, {"params", {{"quantities", {"carat"}}}}}});
  }

  /// Trains these models on the stones.
  std::vector<Manifest> train(const Json& models) {
    const Json document = {{"dataset_path", directory.write("data/a.csv", csv_of(stones)).string()},
                           {"models_path", "set below"},  // its name need not be UTF-8
                           {"models", models}};
    TrainingConfig config = parse_training_config(document, catalog, "test");
    config.models_path = registry.directory();
    return run_training(config, catalog, Repeat::skip, log).trained;
  }

  [[nodiscard]] std::unique_ptr<Model> model(const std::string& id) const {
    return catalog.at("linear", "test").load(registry.directory_of(id));
  }

  /// Changes a file of the model, so that it cannot be served any more.
  void damage(const std::string& id) const {
    std::ofstream(registry.directory_of(id) / "model.json", std::ios::app) << "\n";
  }
};

struct TrainedHistory : EmptyHistory {
  explicit TrainedHistory(std::string_view models_name = "models") : EmptyHistory(models_name) {}

  std::vector<Manifest> trained = train();
  std::string champion = registry.champion().value().id;
  std::string other = trained.at(0).id == champion ? trained.at(1).id : trained.at(0).id;
};

}  // namespace diamond::testing
