#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/core/hash.h>
#include <diamond/core/random.h>
#include <diamond/data/cleaned_csv.h>
#include <diamond/data/cleaning.h>
#include <diamond/data/csv_reader.h>
#include <diamond/data/split.h>
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

/// The file of a model's data, found to be as it was.
std::filesystem::path dataset_file(const ModelRegistry& registry, const Manifest& manifest) {
  std::filesystem::path file = registry.datasets().path_of(manifest.dataset.sha256);
  if (!std::filesystem::exists(file))
    throw StorageError(file.string(),
                       "the data that " + manifest.id + " was trained on are not there",
                       "restore the file, or train the model again");
  if (sha256_of_file(file) != manifest.dataset.sha256)
    throw StorageError(file.string(), "the data are not those that their name promises",
                       "restore the file, or remove it and train the model again");
  return file;
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

void read_dataset(const ModelRegistry& registry, const Manifest& manifest,
                  const std::function<void(const Table&)>& use) {
  (void)read_cleaned(dataset_file(registry, manifest), "", use);
}

void read_sides(
    const ModelRegistry& registry, const Manifest& manifest,
    const std::function<void(const Table&, const std::vector<std::uint8_t>& is_test)>& use) {
  const SplitSides sides(manifest.split.settings, manifest.dataset.rows_kept);
  const auto check = [&](bool good, const std::string& more_or_fewer) {
    if (!good)
      throw StorageError(registry.directory_of(manifest.id).string(),
                         "its data have " + more_or_fewer + " rows than its manifest says",
                         "train the model again");
  };
  std::size_t first = 0;
  read_dataset(registry, manifest, [&](const Table& rows) {
    check(first + rows.rows() <= manifest.dataset.rows_kept, "more");
    use(rows, sides.test_marks(rows, first));
    first += rows.rows();
  });
  check(first == manifest.dataset.rows_kept, "fewer");
}

Table load_dataset(const ModelRegistry& registry, const Manifest& manifest) {
  Table table = read_csv(dataset_file(registry, manifest)).table;
  clean(table);
  return table;
}

Table load_stones(const ModelRegistry& registry, const Manifest& manifest, std::size_t most) {
  const std::size_t rows_kept = manifest.dataset.rows_kept;
  if (rows_kept <= most) return load_dataset(registry, manifest);
  const double share = static_cast<double>(most) / static_cast<double>(rows_kept);
  Table stones;
  std::size_t first = 0;
  read_dataset(registry, manifest, [&](Table rows) {
    std::vector<std::uint8_t> keep(rows.rows());
    for (std::size_t row = 0; row < keep.size(); ++row)
      keep[row] = Random(0, first + row).uniform() < share ? 1 : 0;
    first += rows.rows();
    rows.filter(keep);
    stones.append(rows);
  });
  return stones;
}

}  // namespace diamond
