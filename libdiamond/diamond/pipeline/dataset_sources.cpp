#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/data/cleaning.h>
#include <diamond/data/csv_reader.h>
#include <diamond/data/merge.h>
#include <diamond/pipeline/dataset_sources.h>

#include <algorithm>
#include <utility>

namespace diamond {
namespace {

namespace fs = std::filesystem;

bool is_hidden(const fs::path& file) {
  return file.filename().string().starts_with('.');
}

/// `code` says where it cannot be listed.
std::vector<fs::path> csv_files_in(const fs::path& directory, std::error_code& code) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(directory, code)) {
    std::error_code gone;
    if (entry.path().extension() == ".csv" && !is_hidden(entry.path()) &&
        entry.is_regular_file(gone))
      files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

StagedSource stage_merged(const DataSource& source, const DatasetStore& store, Log& log) {
  Table merged;
  std::vector<std::string> sources;
  for (const fs::path& file : source.files) {
    const FileState before = state_of(file);
    const CsvTable csv = read_csv(file);
    check_unchanged(before, state_of(file), file);
    tell_ignored(csv.ignored_columns, valid_utf8(file.string()), log);
    merged.append(csv.table);
    sources.push_back(valid_utf8(file.string()));
  }
  const std::size_t dropped = drop_duplicates(merged);
  log.info(
      "data sets merged",
      {{"files", source.files.size()}, {"rows", merged.rows()}, {"duplicates_dropped", dropped}});
  return {source.label, std::move(sources), store.stage(merged)};
}

}  // namespace

std::string joined(const std::vector<fs::path>& paths) {
  std::string text;
  for (const fs::path& path : paths) text += (text.empty() ? "" : ", ") + valid_utf8(path.string());
  return text;
}

void tell_ignored(const std::vector<std::string>& columns, const std::string& label, Log& log) {
  if (!columns.empty()) log.warning("columns passed over", {{"file", label}, {"columns", columns}});
}

std::vector<fs::path> present_csv_files(const std::vector<fs::path>& paths) {
  std::vector<fs::path> files;
  for (const fs::path& path : paths) {
    std::error_code code;
    const std::vector<fs::path> found =
        fs::is_directory(path, code) ? csv_files_in(path, code) : std::vector<fs::path>{path};
    files.insert(files.end(), found.begin(), found.end());
  }
  std::erase_if(files, [](const fs::path& file) {
    std::error_code code;
    return !fs::exists(file, code);
  });
  return files;
}

std::vector<fs::path> find_csv_files(const std::vector<fs::path>& paths) {
  std::vector<fs::path> files;
  for (const fs::path& path : paths) {
    if (!is_there(path))
      throw UsageError(path.string(), "there is no such file or directory",
                       "name the price list with --data");
    if (!fs::is_directory(path)) {
      files.push_back(path);
      continue;
    }
    std::error_code code;
    const std::vector<fs::path> found = csv_files_in(path, code);
    if (code)
      throw StorageError(path.string(), "cannot be listed: " + system_message(code.value()),
                         "check its permissions");
    if (found.empty())
      throw UsageError(path.string(), "there is no *.csv in this directory",
                       "put a price list there, or name another with --data");
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

std::vector<DataSource> data_sources(const TrainingConfig& config) {
  std::vector<fs::path> files = find_csv_files(config.dataset_paths);
  if (config.datasets == DatasetMode::merged) {
    const std::string& name = config.merged_name;
    return {{name.empty() ? joined(config.dataset_paths) : name, std::move(files), true}};
  }
  std::vector<DataSource> sources;
  sources.reserve(files.size());
  for (const fs::path& file : files) sources.push_back({valid_utf8(file.string()), {file}, false});
  return sources;
}

StagedSource stage(const DataSource& source, const DatasetStore& store, Log& log) {
  if (source.is_merged) return stage_merged(source, store, log);
  return {source.label, {}, store.stage(source.files.front())};
}

LoadedDataset load(const StagedSource& source, double max_rejected, Log& log) {
  CsvTable csv = read_csv(source.staged.path(), source.label);
  tell_ignored(csv.ignored_columns, source.label, log);
  LoadedDataset dataset;
  dataset.facts.path = source.label;
  dataset.facts.sha256 = source.staged.sha256();
  dataset.facts.sources = source.sources;
  dataset.facts.rows = csv.table.rows();
  dataset.facts.rejected = clean(csv.table);
  dataset.facts.rows_kept = csv.table.rows();
  check_rejections(dataset.facts.rejected, dataset.facts.rows, max_rejected, source.label);
  dataset.table = std::move(csv.table);
  return dataset;
}

}  // namespace diamond
