// From the paths of a configuration to data sets that are ready to be trained on.
#pragma once

#include <diamond/core/log.h>
#include <diamond/core/table.h>
#include <diamond/data/dataset_store.h>
#include <diamond/pipeline/training_config.h>
#include <diamond/registry/manifest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace diamond {

/// What becomes one data set; nothing of it has been read yet.
struct DataSource {
  std::string label;  // the path that people know it by
  std::vector<std::filesystem::path> files;
  bool is_merged;  // else it is one file
};

/// A data set whose bytes are known and staged, but which may not have been read yet.
struct StagedSource {
  std::string label;                 // the path that people know it by
  std::vector<std::string> sources;  // merged: the files it was made of
  StagedDataset staged;
};

/// A data set as models see it.
struct LoadedDataset {
  Table table;  // cleaned
  DatasetFacts facts;
};

/// The CSV files that are there now of those that the paths mean, in the order of their names:
/// files that are named, and the *.csv of directories, which are not entered further. As for a
/// shell, names that begin with a dot are no *.csv. What is not there, or cannot be listed, has
/// none.
[[nodiscard]] std::vector<std::filesystem::path> present_csv_files(
    const std::vector<std::filesystem::path>& paths);

/// All CSV files that the paths mean, in the order of their names; directories are not entered
/// further. Throws UsageError where a path does not exist or a directory holds no CSV file.
[[nodiscard]] std::vector<std::filesystem::path> find_csv_files(
    const std::vector<std::filesystem::path>& paths);

/// "data, more/list.csv": what people know merged data by.
[[nodiscard]] std::string joined(const std::vector<std::filesystem::path>& paths);

/// Each of these files, or all of them as one. Throws what `find_csv_files` throws.
[[nodiscard]] std::vector<DataSource> data_sources(const TrainingConfig& config);

/// Stages one. Throws what reading a CSV throws, and DataError where a file changes meanwhile.
[[nodiscard]] StagedSource stage(const DataSource& source, const DatasetStore& store, Log& log);

/// Tells of the columns of a file that were passed over, if there are any.
void tell_ignored(const std::vector<std::string>& columns, const std::string& label, Log& log);

/// Reads and cleans a staged data set.
[[nodiscard]] LoadedDataset load(const StagedSource& source, double max_rejected, Log& log);

}  // namespace diamond
