#include <diamond/core/error.h>
#include <diamond/core/hash.h>
#include <diamond/core/parallel.h>
#include <diamond/registry/verification.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <utility>

namespace diamond {
namespace {

namespace fs = std::filesystem;

constexpr const char* manifest_file = "manifest.json";
constexpr const char* restore_model = "restore it, or train the model again";

/// "PLACE: WHAT; REMEDY", as errors have it.
std::string sentence(const fs::path& place, const std::string& what, const std::string& remedy) {
  return Error(place.string(), what, remedy).what();
}

/// 0 where it is not there.
std::uintmax_t size_of(const fs::path& file) {
  std::error_code code;
  const std::uintmax_t bytes = fs::file_size(file, code);
  return code ? 0 : bytes;
}

/// A file whose content is known.
struct Expected {
  fs::path file;
  std::string sha256;
  std::uintmax_t bytes = 0;
  std::string what;    // is wrong where the content is another one
  std::string remedy;  // then
};

/// What is wrong with a file; nothing where all is well, or where it went while it was looked at.
std::optional<std::string> check(const Expected& expected) {
  try {
    if (sha256_of_file(expected.file) == expected.sha256) return std::nullopt;
    return sentence(expected.file, expected.what, expected.remedy);
  } catch (const StorageError& error) {
    std::error_code code;
    if (!fs::exists(expected.file, code)) return std::nullopt;
    return error.what();
  }
}

/// One look at a history: what its steps share.
class Look {
 public:
  explicit Look(const ModelRegistry& registry) : registry_(registry) {}

  Verification run() {
    if (!fs::is_directory(registry_.directory()))
      throw UsageError(registry_.directory().string(), "there is no model history here",
                       "name it with --models-dir");
    const History history = registry_.history();
    result_.models = history.models.size() + history.problems.size();
    result_.damage = history.problems;
    for (const Manifest& model : history.models) look_at_model(model);
    look_at_datasets();
    check_contents();
    for (const Manifest& model : history.models) look_for_data_of(model);
    look_at_champion(history);
    look_for_leftovers();
    return std::move(result_);
  }

 private:
  void look_at_model(const Manifest& model) {
    const fs::path directory = registry_.directory_of(model.id);
    std::error_code code;
    result_.bytes += size_of(directory / manifest_file);
    std::set<std::string> missing;
    for (const auto& [name, sha256] : model.files) missing.insert(name);
    for (const auto& entry : fs::recursive_directory_iterator(directory, code)) {
      const std::string name = entry.path().lexically_relative(directory).string();
      if (entry.is_directory(code) || name == manifest_file) continue;
      const auto listed = model.files.find(name);
      if (listed != model.files.end())
        expect({entry.path(), listed->second, size_of(entry.path()),
                "the file is not as it was when the model was published", restore_model});
      else if (!model.files.empty())
        result_.damage.push_back(
            sentence(entry.path(), "the model's manifest does not know this file", "remove it"));
      missing.erase(name);
    }
    if (!fs::exists(directory, code)) return;  // pruned meanwhile
    for (const std::string& name : missing)
      result_.damage.push_back(sentence(directory / name, "the file is missing", restore_model));
  }

  void look_at_datasets() {
    const DatasetStore store = registry_.datasets();
    for (const StoredDataset& dataset : store.list()) {
      ++result_.datasets;
      expect({store.path_of(dataset.sha256), dataset.sha256, dataset.bytes,
              "the data are not those that their name promises",
              "restore the file, or remove it and train the models again"});
    }
  }

  void expect(Expected expected) {
    result_.bytes += expected.bytes;
    expected_.push_back(std::move(expected));
  }

  /// The largest first, so that no processor is left with a large one at the end.
  void check_contents() {
    std::stable_sort(expected_.begin(), expected_.end(),
                     [](const Expected& a, const Expected& b) { return a.bytes > b.bytes; });
    std::vector<std::optional<std::string>> found(expected_.size());
    parallel_for(expected_.size(), 1,
                 [&](std::size_t i, std::size_t /*last*/) { found[i] = check(expected_[i]); });
    for (std::optional<std::string>& damage : found)
      if (damage) result_.damage.push_back(std::move(*damage));
    std::sort(result_.damage.begin(), result_.damage.end());
  }

  void look_for_data_of(const Manifest& model) {
    const fs::path file = registry_.datasets().path_of(model.dataset.sha256);
    std::error_code code;
    if (fs::exists(file, code) || !fs::exists(registry_.directory_of(model.id), code)) return;
    result_.damage.push_back(sentence(file,
                                      "the data that " + model.id + " was trained on are not there",
                                      "restore the file, or train the model again"));
  }

  void look_at_champion(const History& history) {
    const auto stands = [&](const std::string& id) {
      return std::any_of(history.models.begin(), history.models.end(),
                         [&](const Manifest& model) { return model.id == id; });
    };
    try {
      const std::optional<Champion> champion = registry_.champion();
      if (!champion) return;
      const fs::path file = registry_.directory() / "champion.json";
      if (!stands(champion->id) && !is_whole(champion->id))
        result_.damage.push_back(sentence(file, "the champion " + champion->id + " cannot be read",
                                          "choose another with `diamond-train promote ID`, or "
                                          "`diamond-train rollback`"));
      if (!champion->before.empty() && !stands(champion->before.front().id))
        result_.remarks.push_back(
            sentence(file, "the champion before, " + champion->before.front().id + ", is gone",
                     "a rollback takes the next that stands"));
    } catch (const StorageError& error) {
      result_.damage.emplace_back(error.what());
    }
  }

  /// Of a model that came after the history was listed.
  [[nodiscard]] bool is_whole(const std::string& id) const {
    try {
      return registry_.manifest(id).id == id;
    } catch (const StorageError&) {
      return false;
    }
  }

  void look_for_leftovers() {
    const std::vector<fs::path> leftovers = registry_.leftovers();
    if (!leftovers.empty() && !registry_.is_training())  // else they are at work there
      for (const fs::path& leftover : leftovers)
        result_.remarks.push_back(sentence(leftover, "this was left by a process that was killed",
                                           "the next training or prune deletes it"));
    for (const fs::path& other : registry_.datasets().others())
      result_.remarks.push_back(sentence(other, "this is no data set: no SHA-256 is its name",
                                         "move it away; nothing here needs it"));
  }

  const ModelRegistry& registry_;
  Verification result_;
  std::vector<Expected> expected_;
};

}  // namespace

Verification verify(const ModelRegistry& registry) {
  return Look(registry).run();
}

}  // namespace diamond
