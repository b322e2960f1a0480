// A place to train in, for tests of the pipeline.
#pragma once

#include "support/stones.h"
#include "support/temporary_directory.h"

#include <diamond/core/file.h>
#include <diamond/core/log.h>
#include <diamond/pipeline/training_pipeline.h>
#include <diamond/registry/model_registry.h>

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

namespace diamond::testing {

/// A directory `data` of CSV files and a history beside it.
struct TrainingPlace {
  TemporaryDirectory directory;
  ModelRegistry registry{directory / "models"};
  EstimatorCatalog catalog = builtin_estimators();
  Json document = {{"dataset_path", (directory / "data").string()},
                   {"models_path", (directory / "models").string()},
                   {"models", {{{"kind", "linear"}}}}};
  std::ostringstream said;

  void data(const std::string& name, const std::vector<PricedDiamond>& stones) const {
    directory.write("data/" + name, csv_of(stones));
  }

  TrainingResult train(Repeat repeat = Repeat::skip, const TrainingWatch& watch = {}) {
    said.str("");
    Log log(said, LogFormat::text);
    return run_training(parse_training_config(document, catalog, "test"), catalog, repeat, log,
                        watch);
  }

  [[nodiscard]] std::size_t stored_data() const {
    return std::filesystem::exists(directory / "datasets") ? names_in(directory / "datasets").size()
                                                           : 0;
  }
};

}  // namespace diamond::testing
