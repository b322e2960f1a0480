// Models of the history beside the one in service, for those who ask for one by its id.
#pragma once

#include "served_model.h"

#include <diamond/models/estimator_catalog.h>
#include <diamond/registry/model_registry.h>

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>

namespace diamond::serve {

/// Keeps those that were asked for last. Safe from any thread.
class ModelShelf {
 public:
  static constexpr std::size_t room = 3;  // models at a time

  /// The arguments outlive the shelf.
  ModelShelf(const ModelRegistry& registry, const EstimatorCatalog& catalog,
             const ModelKeeper& keeper, Log& log);

  /// The model in service or one of the history, by its id or as "champion". One that is not at
  /// hand is loaded, which takes its time; one at a time. Throws UsageError where the history has
  /// none such; another Error, which the log tells, where it cannot be loaded.
  [[nodiscard]] std::shared_ptr<const ServedModel> get(const std::string& text);

 private:
  using Shared = std::shared_ptr<const ServedModel>;

  [[nodiscard]] Shared find(const std::string& id);
  [[nodiscard]] Shared load(const std::string& id);
  void put(Shared model);

  const ModelRegistry& registry_;
  const EstimatorCatalog& catalog_;
  const ModelKeeper& keeper_;
  Log& log_;
  std::mutex loading_;
  std::mutex mutex_;
  std::list<Shared> models_;  // the last asked for first
};

}  // namespace diamond::serve
