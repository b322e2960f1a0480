// What learns: turns stones with prices into a model.
#pragma once

#include <diamond/core/json.h>
#include <diamond/core/table.h>
#include <diamond/metrics/regression_metrics.h>
#include <diamond/models/fit_cache.h>
#include <diamond/models/model.h>
#include <diamond/models/row_share.h>
#include <diamond/models/target.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace diamond {

struct FitSettings {
  Json params = Json::object();  // as `params_schema` says, every default filled in
  Target target = Target::log_price;
  std::uint32_t seed = 42;
};

/// The rows of a fit.
struct FitRows {
  TableView train;
  /// Rows that are not learned from, to judge by: where to stop, how to weigh. Without them an
  /// estimator that needs some takes them out of `train`.
  std::optional<TableView> validation = std::nullopt;
  Metric metric = Metric::mae;  // what is judged by
};

/// How whoever asks for a fit may watch and steer it. All of it may be left out.
struct FitControl {
  /// Asked to stop: return soon, with a valid model of what has been learned so far.
  std::stop_token stop = {};
  /// Processors to use; 0: all.
  unsigned threads = 0;
  /// Is told the metric on the validation rows at checkpoints 0, 1, 2, … of the way, which lie at
  /// the same places for all fits of an estimator that are to be compared.
  std::function<void(double value)> report = {};
  /// What fits on these rows share; nullptr: nothing.
  FitCache* cache = nullptr;
};

struct FittedModel {
  std::unique_ptr<Model> model;
  /// Parameters that the fit found by itself, such as a number of trees: put into the settings,
  /// they let a fit on more rows go the same way.
  Json found = Json::object();
};

/// A kind of model. Has no state; safe from any thread.
class Estimator {
 public:
  virtual ~Estimator() = default;

  /// One line for `diamond-train kinds`.
  [[nodiscard]] virtual std::string summary() const = 0;

  /// The JSON Schema of `FitSettings::params`, each property with "description" and, where it has
  /// one, "default".
  [[nodiscard]] virtual Json params_schema() const = 0;

  /// Throws UsageError where these parameters cannot be fitted with, with `place` and the JSON
  /// pointer of the faulty one. Here: what the schema does not allow.
  virtual void check_params(const Json& params, std::string_view place) const;

  /// What to tune where the configuration does not say: {name: range} as `parse_search_space` reads
  /// it. Empty: there is nothing to tune.
  [[nodiscard]] virtual Json search_space() const { return Json::object(); }

  /// Versions of the libraries that its models depend on: {name: version}.
  [[nodiscard]] virtual Json library_versions() const { return Json::object(); }

  /// Learns from the rows of `rows.train`. The same settings and rows give the same model.
  /// Throws TrainingError where nothing can be learned from them.
  [[nodiscard]] virtual FittedModel fit(const FitRows& rows, const FitSettings& settings,
                                        const FitControl& control) const = 0;

  /// Learns from rows that lie on the disk, alone or together with other workers: all of them call
  /// this with the same settings and their own share, and have the same model. Throws TrainingError
  /// as `fit` does, and where a worker was lost.
  ///
  /// Here, for kinds that need their rows in memory: `fit` on the sample, which is the same for all
  /// workers.
  [[nodiscard]] virtual FittedModel fit_share(const RowShare& share, Metric metric,
                                              const FitSettings& settings,
                                              const FitControl& control) const;

  /// Reads what `Model::save` wrote. Throws StorageError where it is not whole or not of this kind.
  [[nodiscard]] virtual std::unique_ptr<Model> load(
      const std::filesystem::path& directory) const = 0;
};

/// The parameters of these settings with every default of the estimator's schema. Throws UsageError
/// as `check_params` does.
[[nodiscard]] Json checked_params(const Estimator& estimator, const Json& params,
                                  std::string_view place);

}  // namespace diamond
