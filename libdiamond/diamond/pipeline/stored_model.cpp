#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/core/hash.h>
#include <diamond/data/cleaning.h>
#include <diamond/data/csv_reader.h>
#include <diamond/pipeline/stored_model.h>

#include <filesystem>

namespace diamond {
namespace {

constexpr const char* intervals_file = "interval.json";

/// The files of a model are as they were when it was published. Throws StorageError.
void check_files(const Manifest& manifest, const std::filesystem::path& directory) {
  for (const auto& [name, sha256] : manifest.files)
    if (sha256_of_file(directory / name) != sha256)
      throw StorageError((directory / name).string(),
                         "the file is not as it was when the model was published",
                         "restore it, or train the model again");
}

}  // namespace

std::unique_ptr<const Model> load_model(const ModelRegistry& registry,
                                        const EstimatorCatalog& catalog, const Manifest& manifest) {
  const std::filesystem::path directory = registry.directory_of(manifest.id);
  check_files(manifest, directory);
  return catalog.at(manifest.kind, directory.string()).load(directory);
}

void save_intervals(const PriceIntervals& intervals, const std::filesystem::path& directory) {
  write_file(directory / intervals_file, intervals.to_json().dump(1) + "\n");
}

std::optional<PriceIntervals> load_intervals(const ModelRegistry& registry,
                                             const Manifest& manifest) {
  if (!manifest.files.contains(intervals_file)) return std::nullopt;
  const std::filesystem::path file = registry.directory_of(manifest.id) / intervals_file;
  const std::string text = read_file(file);
  try {
    return PriceIntervals::from_json(Json::parse(text));
  } catch (const std::exception&) {
    throw StorageError(file.string(), "these are no price intervals of this version",
                       "train the model again");
  }
}

Table load_dataset(const ModelRegistry& registry, const Manifest& manifest) {
  const std::filesystem::path file = registry.datasets().path_of(manifest.dataset.sha256);
  if (!std::filesystem::exists(file))
    throw StorageError(file.string(),
                       "the data that " + manifest.id + " was trained on are not there",
                       "restore the file, or train the model again");
  if (sha256_of_file(file) != manifest.dataset.sha256)
    throw StorageError(file.string(), "the data are not those that their name promises",
                       "restore the file, or remove it and train the model again");
  Table table = read_csv(file).table;
  clean(table);
  return table;
}

}  // namespace diamond
