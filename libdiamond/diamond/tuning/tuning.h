// Tuning: a study whose trials fit an estimator to some of the training rows and judge it by
// others.
#pragma once

#include <diamond/core/json.h>
#include <diamond/core/table.h>
#include <diamond/models/estimator.h>
#include <diamond/tuning/study.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string_view>

namespace diamond {

enum class SamplerKind : std::uint8_t { tpe, random };
enum class PrunerKind : std::uint8_t { forecast, percentile, none };

struct TuningSettings {
  SearchSpace space;
  std::size_t trials = 100;
  std::optional<std::chrono::duration<double>> time_budget;
  SamplerKind sampler = SamplerKind::tpe;
  PrunerKind pruner = PrunerKind::forecast;
  Metric metric = Metric::mae;    // on the validation rows
  double validation_share = 0.2;  // of the training rows; scikit-learn's train_test_split of them
  std::size_t folds = 0;          // at least 2: cross-validation over all training rows instead
  std::uint32_t seed = 42;        // of the sampler and of the validation rows
  std::size_t in_flight = 4;      // see StudySettings
};

/// Reads the "tuning" of a model in the configuration, every default filled in. What is left out of
/// the search space's place is the estimator's own. Throws UsageError with a JSON pointer: also
/// where the estimator does not take an end of a range or a choice. `params`: those that are not
/// tuned.
[[nodiscard]] TuningSettings parse_tuning(const Json& json, const Estimator& estimator,
                                          const Json& params, std::uint32_t seed,
                                          std::string_view place);

/// Everything that the trials of a study follow from, for its fingerprint and the manifest.
[[nodiscard]] Json to_json(const TuningSettings& settings);

struct TuningResult {
  Json params;  // the best trial's, with what its fit found by itself: ready to fit all rows with
  StudyResult study;
};

/// Runs the study whose trials `file` holds or will hold. Every trial fits with one thread, so that
/// its value does not depend on the machine's processors; trials run side by side instead. They
/// share what is made from the rows, such as the quantised matrix. Throws TrainingError where no
/// trial succeeds, StorageError where `file` cannot be written.
[[nodiscard]] TuningResult tune(const Estimator& estimator, const FitSettings& settings,
                                const TuningSettings& tuning, const TableView& train,
                                const std::filesystem::path& file, const std::stop_token& stop,
                                const std::function<void(const StudyProgress&)>& progress);

}  // namespace diamond
