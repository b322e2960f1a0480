// The model that prices are asked of, exchanged for another while requests go on.
#pragma once

#include "traffic/periodic.h"

#include <diamond/core/log.h>
#include <diamond/core/path_lock.h>
#include <diamond/data/sample_index.h>
#include <diamond/metrics/regression_metrics.h>
#include <diamond/models/estimator_catalog.h>
#include <diamond/registry/manifest.h>
#include <diamond/registry/model_registry.h>
#include <diamond/trust/neighbour_index.h>
#include <diamond/trust/price_intervals.h>
#include <diamond/trust/training_profile.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>

namespace diamond::serve {

/// A model, what is known of it, and the stones that it was trained on. Never changes, and stays in
/// the history for as long as it is here.
struct ServedModel {
  PathLock lease;
  Manifest manifest;
  std::unique_ptr<const Model> model;
  std::optional<PriceIntervals> intervals;  // nothing: the model was published without
  std::unique_ptr<const Explainer> explainer;
  TrainingProfile profile;
  SampleIndex samples;
  NeighbourIndex neighbours;
  std::string name;  // {"id":…,"kind":…}: how answers say which model gave them
};

/// Which model is to be served.
struct ChampionChoice {};
struct BestChoice {
  Metric metric;
};
struct IdChoice {
  std::string id;
};
using ModelChoice = std::variant<ChampionChoice, BestChoice, IdChoice>;

/// "champion", "best:METRIC" or an id. Throws UsageError.
[[nodiscard]] ModelChoice parse_model_choice(const std::string& text);

/// Reads a model with all that belongs to it. Throws StorageError or DataError where something is
/// missing or damaged.
[[nodiscard]] std::shared_ptr<const ServedModel> load_served_model(const ModelRegistry& registry,
                                                                   const EstimatorCatalog& catalog,
                                                                   const std::string& id);

/// Holds the model in service, and looks at the history twice a second for another one. A model
/// that cannot be loaded leaves the old one in service; the log and `problem` say why.
class ModelKeeper {
 public:
  /// Loads what there is; it is no error that there is nothing yet. The arguments outlive the
  /// keeper.
  ModelKeeper(const ModelRegistry& registry, const EstimatorCatalog& catalog, ModelChoice choice,
              Log& log);

  /// Null while no model could be loaded.
  [[nodiscard]] std::shared_ptr<const ServedModel> current() const;

  /// Why the model that should be served is not; empty: it is.
  [[nodiscard]] std::string problem() const;

  /// Looks at the history now.
  void refresh();

 private:
  using Clock = std::chrono::steady_clock;

  [[nodiscard]] std::string wanted_id();
  void load(const std::string& id);
  void set_problem(const std::string& problem);

  const ModelRegistry& registry_;
  const EstimatorCatalog& catalog_;
  ModelChoice choice_;
  Log& log_;

  std::mutex refreshing_;  // one look at a time
  std::string failed_id_;
  Clock::time_point failed_at_;

  mutable std::mutex mutex_;  // guards what follows
  std::shared_ptr<const ServedModel> current_;
  std::string problem_;

  Periodic watcher_;  // last: it stops before the rest goes
};

}  // namespace diamond::serve
