// What the history keeps of a model, read back and found to be as it was published.
#pragma once

#include <diamond/core/table.h>
#include <diamond/models/estimator_catalog.h>
#include <diamond/models/model.h>
#include <diamond/registry/manifest.h>
#include <diamond/registry/model_registry.h>
#include <diamond/trust/price_intervals.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

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

/// Gives the rows that it was trained and tested on, cleaned as they were then, to `use`, in the
/// file's order and a few thousand at a time: with the memory of a few of those. Throws as
/// `load_dataset`.
void read_dataset(const ModelRegistry& registry, const Manifest& manifest,
                  const std::function<void(const Table&)>& use);

/// The same, and for each row whether it is one of the model's test rows (1) or not (0).
void read_sides(
    const ModelRegistry& registry, const Manifest& manifest,
    const std::function<void(const Table&, const std::vector<std::uint8_t>& is_test)>& use);

/// The rows that it was trained and tested on, cleaned as they were then. Throws StorageError where
/// the data are not there or not those that their name promises.
[[nodiscard]] Table load_dataset(const ModelRegistry& registry, const Manifest& manifest);

/// With more rows than this a data set is looked at through a sample.
inline constexpr std::size_t most_stones = 2'000'000;

/// The same for those who look for usual and similar stones: of more than `most` rows about so many
/// random ones, each time the same, so that the memory stays bounded.
[[nodiscard]] Table load_stones(const ModelRegistry& registry, const Manifest& manifest,
                                std::size_t most = most_stones);

}  // namespace diamond
