// What the history keeps of a model, read back and found to be as it was published.
#pragma once

#include <diamond/core/table.h>
#include <diamond/models/estimator_catalog.h>
#include <diamond/models/model.h>
#include <diamond/registry/manifest.h>
#include <diamond/registry/model_registry.h>
#include <diamond/trust/price_intervals.h>

#include <filesystem>
#include <memory>
#include <optional>

namespace diamond {

/// The model itself. Throws StorageError where its files are not as they were when it was
/// published, UsageError where the catalog does not know its kind.
[[nodiscard]] std::unique_ptr<const Model> load_model(const ModelRegistry& registry,
                                                      const EstimatorCatalog& catalog,
                                                      const Manifest& manifest);

/// Writes the file that `load_intervals` reads. Throws StorageError.
void save_intervals(const PriceIntervals& intervals, const std::filesystem::path& directory);

/// The intervals around its prices; nothing where it has none: models of earlier versions, and of
/// few rows. Throws StorageError where the file is not what it should be.
[[nodiscard]] std::optional<PriceIntervals> load_intervals(const ModelRegistry& registry,
                                                           const Manifest& manifest);

/// The rows that it was trained and tested on, cleaned as they were then. Throws StorageError where
/// the data are not there or not those that their name promises.
[[nodiscard]] Table load_dataset(const ModelRegistry& registry, const Manifest& manifest);

}  // namespace diamond
