// What to train, on what, and how the champion is chosen: the content of
// `config/training_pipeline.json`.
#pragma once

#include <diamond/core/json.h>
#include <diamond/data/split.h>
#include <diamond/metrics/regression_metrics.h>
#include <diamond/models/estimator_catalog.h>
#include <diamond/registry/champion.h>
#include <diamond/tuning/tuning.h>
#include <diamond/workers/crew.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace diamond {

/// A model that is to be trained.
struct ModelSpec {
  std::string kind;
  std::string name;
  FitSettings settings;
  std::optional<TuningSettings> tuning;

  /// {params, tuning}: what is asked for, to tell whether a model of the history is the same.
  [[nodiscard]] Json recipe() const;
};

/// A model for each CSV file, or one for all of them together.
enum class DatasetMode : std::uint8_t { each, merged };

struct TrainingConfig {
  std::vector<std::filesystem::path> dataset_paths;  // CSV files and directories of such
  DatasetMode datasets = DatasetMode::each;
  std::string merged_name;  // what people know merged data by; empty: their paths
  std::filesystem::path models_path;
  SplitSettings split;
  double max_rejected = 0.2;  // share of the rows that cleaning may leave out
  std::vector<ModelSpec> models;
  std::vector<Metric> metrics;  // that of the promotion is among them
  PromotionRule promotion;
  /// Bytes that a training may take; data sets that need more are learned from the disk.
  std::uint64_t memory = 0;
  std::optional<CrewSettings> workers;  // who learns; nothing: this process alone
  bool report = true;  // whether whoever runs the training writes a page about a new champion
  std::optional<std::filesystem::path> log_file;
};

/// The JSON Schema of our form.
[[nodiscard]] const Json& training_config_schema();

/// A configuration of our form or of the original service's as one of our form, not checked yet.
/// What the original says and we do not need is added to `notes`, a sentence each. Throws
/// UsageError where an original one asks for what we cannot do. `place` names the file.
[[nodiscard]] Json in_our_form(const Json& document, std::string_view place,
                               std::vector<std::string>& notes);

/// Reads a document of our form; defaults are filled in, parameters checked against their
/// estimators' schemas. Throws UsageError with the JSON pointer of what is wrong and what is
/// allowed there.
[[nodiscard]] TrainingConfig parse_training_config(const Json& document,
                                                   const EstimatorCatalog& catalog,
                                                   std::string_view place);

}  // namespace diamond
