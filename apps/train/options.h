// What the command line says.
#pragma once

#include <diamond/core/json.h>
#include <diamond/core/log.h>
#include <diamond/models/estimator_catalog.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace diamond::train {

enum class Output { text, json };

/// Those that every command takes.
struct Options {
  std::optional<std::filesystem::path> config;
  std::optional<std::string> models_dir;
  bool quiet = false;
  Output output = Output::text;
  LogFormat log_format = LogFormat::text;
};

/// Those of a training.
struct TrainingOptions {
  std::vector<std::string> data;
  std::vector<std::string> models;  // kinds or names
  std::optional<std::uint32_t> seed;
  std::optional<double> test_size;
  std::optional<double> max_rejected;
  std::optional<std::size_t> trials;
  std::optional<double> time_budget;        // seconds
  std::optional<std::string> memory;        // "4 GiB"
  std::optional<std::string> workers;       // "4", or "alpha,beta"
  std::optional<std::string> tracker;       // "HOST:PORT"
  std::optional<std::string> remote_shell;  // words
  bool scheduled = false;
  bool force = false;
  bool no_report = false;
};

/// The configuration that is used where none is named, if it is there.
inline constexpr const char* default_config = "config/training_pipeline.json";

/// A configuration as one of our form, the options put into it, and where it came from.
struct Configuration {
  Json document;
  std::string place;
  std::vector<std::string> notes;
};

/// The file that --config names, or the default one, or {} where neither is; the options beat it.
/// Throws UsageError.
[[nodiscard]] Configuration read_configuration(const Options& options,
                                               const TrainingOptions& training = {});

/// Puts --trials and --time-budget into the tuning of every model that has one; --trials also tunes
/// a model that has none, over its kind's own search space, where there is something to tune.
/// Throws UsageError where no model is tuned then.
void put_into_tuning(const TrainingOptions& options, const EstimatorCatalog& catalog,
                     Configuration& configuration);

/// The model history directory: that of --models-dir, the configuration, or the default. Throws
/// UsageError.
[[nodiscard]] std::filesystem::path models_directory(const Options& options);

}  // namespace diamond::train
