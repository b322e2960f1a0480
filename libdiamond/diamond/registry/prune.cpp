#include <diamond/core/error.h>
#include <diamond/registry/prune.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <utility>

namespace diamond {
namespace {

namespace fs = std::filesystem;

std::uintmax_t bytes_in(const fs::path& directory) {
  std::uintmax_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(directory))
    if (entry.is_regular_file()) bytes += entry.file_size();
  return bytes;
}

/// 0 where there is no such file.
std::uintmax_t size_of(const fs::path& file) {
  std::error_code none;
  const std::uintmax_t bytes = fs::file_size(file, none);
  return none ? 0 : bytes;
}

/// How many of the models, the oldest first, the rule means.
std::size_t meant_by(const AllButNewest& rule, const std::vector<Manifest>& models) {
  return models.size() - std::min(models.size(), rule.count);
}

/// A model whose time cannot be read is not taken for old.
std::size_t meant_by(const PublishedBefore& rule, const std::vector<Manifest>& models) {
  const auto first_to_stay = std::find_if(models.begin(), models.end(), [&](const Manifest& model) {
    const std::optional<Timestamp> created = parse_iso_time(model.created_at);
    return !created || *created >= rule.moment;
  });
  return static_cast<std::size_t>(first_to_stay - models.begin());
}

/// Throws StorageError where that cannot be seen.
bool is_history(const fs::path& directory) {
  try {
    for (const char* name : {".training.lock", "champion.json"})
      if (fs::exists(directory / name)) return true;
    for (const auto& entry : fs::directory_iterator(directory))
      if (fs::exists(entry.path() / "manifest.json")) return true;
    return false;
  } catch (const fs::filesystem_error& error) {
    throw StorageError(directory.string(), "cannot be looked at: " + error.code().message(),
                       "check its permissions: it may be a history that needs data sets of here");
  }
}

/// Which file systems make for themselves, for root alone.
bool is_lost_and_found(const fs::path& directory) {
  return directory.filename() == "lost+found";
}

/// The histories beside this one: those with the same store of data sets. Throws StorageError.
std::vector<ModelRegistry> histories_beside(const ModelRegistry& registry) {
  std::vector<ModelRegistry> histories;
  const fs::path place = registry.datasets().directory().parent_path();
  std::error_code code;
  fs::directory_iterator entries(place, code);
  if (code)
    throw StorageError(place.string(), "cannot be listed: " + system_message(code.value()),
                       "check its permissions: a history beside this one may need its data sets");
  for (const auto& entry : entries)
    if (entry.is_directory(code) && !is_lost_and_found(entry.path()) &&
        !fs::equivalent(entry.path(), registry.directory(), code) && is_history(entry.path()))
      histories.emplace_back(entry.path());
  return histories;
}

/// One prune: what its steps share.
class Prune {
 public:
  Prune(const ModelRegistry& registry, PruneMode mode) : registry_(registry), mode_(mode) {}

  PruneResult run(const PruneRule& rule) {
    if (!fs::is_directory(registry_.directory()))
      throw UsageError(registry_.directory().string(), "there is no model history here",
                       "name it with --models-dir");
    std::optional<FileLock> lock;
    if (mode_ == PruneMode::remove) {
      lock = registry_.lock_for_training();
      registry_.remove_leftovers();
    }
    History history = registry_.history();
    result_.problems = std::move(history.problems);
    can_tell_needed_ = result_.problems.empty();
    const std::size_t meant =
        std::visit([&](const auto& one) { return meant_by(one, history.models); }, rule);
    for (std::size_t i = 0; i < history.models.size(); ++i)
      if (i >= meant || !take(history.models[i])) need_data_of(history.models[i]);
    take_datasets();
    return std::move(result_);
  }

 private:
  /// False where it has to stay.
  bool take(const Manifest& model) {
    const fs::path report = registry_.report_file(model.id);
    const std::uintmax_t bytes = bytes_in(registry_.directory_of(model.id)) + size_of(report);
    const Need need =
        mode_ == PruneMode::remove ? registry_.remove(model.id) : registry_.need_of(model.id);
    if (need != Need::none) {
      result_.spared.push_back({model.id, need});
      return false;
    }
    std::error_code ignored;  // the page about a model that is gone harms nobody
    if (mode_ == PruneMode::remove) fs::remove(report, ignored);
    result_.models.push_back({model, bytes});
    return true;
  }

  void need_data_of(const Manifest& model) { needed_.insert(model.dataset.sha256); }

  /// Nobody who shares the store trains meanwhile: a training may be about to use any of its data.
  void take_datasets() {
    std::vector<FileLock> locks;
    try {
      for (const ModelRegistry& other : histories_beside(registry_)) {
        if (mode_ == PruneMode::remove) locks.push_back(other.lock_for_training());
        note_needs_of(other);
      }
    } catch (const Error& error) {  // one is busy, or not ours to read
      result_.problems.emplace_back(error.what());
      can_tell_needed_ = false;
    }
    const DatasetStore store = registry_.datasets();
    for (const StoredDataset& dataset : store.list())
      if (!needed_.contains(dataset.sha256)) result_.datasets.push_back(dataset);
    if (!can_tell_needed_ && !result_.datasets.empty()) {
      result_.problems.emplace_back(
          "all data sets stay: a model that cannot be looked at now may need them");
      result_.datasets.clear();
    }
    if (mode_ == PruneMode::remove)
      for (const StoredDataset& dataset : result_.datasets) store.remove(dataset.sha256);
  }

  void note_needs_of(const ModelRegistry& other) {
    const History history = other.history();
    for (const Manifest& model : history.models) need_data_of(model);
    if (history.problems.empty()) return;
    can_tell_needed_ = false;
    result_.problems.insert(result_.problems.end(), history.problems.begin(),
                            history.problems.end());
  }

  const ModelRegistry& registry_;
  PruneMode mode_;
  PruneResult result_;
  std::set<std::string> needed_;  // SHA-256 of data sets
  bool can_tell_needed_ = true;   // false: a model that cannot be read may need others
};

}  // namespace

std::uintmax_t PruneResult::bytes() const {
  std::uintmax_t sum = 0;
  for (const PrunedModel& model : models) sum += model.bytes;
  for (const StoredDataset& dataset : datasets) sum += dataset.bytes;
  return sum;
}

PruneResult prune(const ModelRegistry& registry, const PruneRule& rule, PruneMode mode) {
  return Prune(registry, mode).run(rule);
}

}  // namespace diamond
