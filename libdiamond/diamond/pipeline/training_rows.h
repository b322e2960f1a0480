// The rows of a data set, split into those to learn from and those to judge on, and how a model
// learns from them: in this process's memory, from the disk, or with workers.
#pragma once

#include <diamond/core/log.h>
#include <diamond/models/estimator_catalog.h>
#include <diamond/pipeline/dataset_sources.h>
#include <diamond/pipeline/training_config.h>
#include <diamond/registry/manifest.h>
#include <diamond/workers/crew.h>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

namespace diamond {

class TrainingRows {
 public:
  virtual ~TrainingRows() = default;

  [[nodiscard]] virtual const DatasetFacts& facts() const = 0;
  [[nodiscard]] virtual std::size_t train_rows() const = 0;
  [[nodiscard]] virtual std::size_t test_rows() const = 0;

  /// The training rows that a study is held on.
  [[nodiscard]] virtual TableView to_tune_on() const = 0;

  /// Fits a model of this kind to all training rows. Asked to stop, it gives a model that is not
  /// whole, or throws TrainingError. Throws what `Estimator::fit` and `fit_share` throw.
  [[nodiscard]] virtual FittedModel fit(const std::string& kind, const FitSettings& settings,
                                        const std::stop_token& stop) = 0;

  /// Gives the test rows to `use`, for as long as that runs.
  virtual void with_test_rows(const std::function<void(const TableView&)>& use) const = 0;
};

/// Reads and splits a data set into memory. Throws DataError, StorageError.
[[nodiscard]] std::unique_ptr<TrainingRows> rows_in_memory(const StagedSource& source,
                                                           const TrainingConfig& config,
                                                           const EstimatorCatalog& catalog,
                                                           Log& log);

/// Reads and splits a data set into files in `scratch`, which is made, and removed in the end. The
/// same rows are test rows as in memory. `crew`: who learns; nullptr: this process does. Throws
/// DataError, StorageError.
///
/// A few training rows, a tenth and at most 200,000, are held out for estimators that need some to
/// judge by, and at most 500,000 are the sample that others learn from, and studies are held on.
[[nodiscard]] std::unique_ptr<TrainingRows> rows_on_disk(const StagedSource& source,
                                                         const TrainingConfig& config,
                                                         const EstimatorCatalog& catalog,
                                                         const std::filesystem::path& scratch,
                                                         Crew* crew, Log& log);

/// Whether a training on a CSV file of so many bytes may take so much memory: it is reckoned with
/// four times the file's bytes, more than trees on all derived features were seen to take.
[[nodiscard]] bool fits_in_memory(std::uintmax_t bytes, std::uint64_t memory);

}  // namespace diamond
