#include <diamond/core/clock.h>
#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/core/hash.h>
#include <diamond/core/spelling.h>
#include <diamond/core/user.h>
#include <diamond/registry/model_registry.h>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace diamond {
namespace {

namespace fs = std::filesystem;

constexpr const char* champion_file = "champion.json";
constexpr const char* manifest_file = "manifest.json";
constexpr const char* champion_lock = ".champion.lock";
constexpr const char* training_lock = ".training.lock";
constexpr const char* studies_directory = ".studies";
constexpr std::string_view scratch_prefix = ".scratch-";
constexpr std::string_view staging_prefix = ".staging-";
constexpr std::string_view removed_prefix = ".removed-";
constexpr std::size_t remembered_champions = 100;

/// By the paths below the directory.
std::map<std::string, std::string> file_hashes(const fs::path& directory) {
  std::map<std::string, std::string> hashes;
  for (const auto& entry : fs::recursive_directory_iterator(directory))
    if (entry.is_regular_file())
      hashes[entry.path().lexically_relative(directory).string()] = sha256_of_file(entry.path());
  return hashes;
}

void remove_old_studies(const fs::path& directory) {
  constexpr auto kept = std::chrono::days(30);
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(directory, code))
    if (fs::file_time_type::clock::now() - entry.last_write_time(code) > kept && !code)
      fs::remove(entry.path(), code);
}

std::string time_now() {
  return iso_time(std::chrono::system_clock::now());
}

EarlierChampion as_earlier(const Champion& champion) {
  return {champion.id, champion.promoted_at, champion.promoted_by, champion.reason};
}

}  // namespace

std::string_view reason_of(Need need) {
  switch (need) {
    case Need::champion:
      return "is the champion";
    case Need::predecessor:
      return "was champion before: a rollback takes it";
    case Need::lease:
      return "is in use: a server or a command has loaded it";
    case Need::none:
      break;
  }
  return "";
}

ModelRegistry::ModelRegistry(fs::path directory) : directory_(std::move(directory)) {}

DatasetStore ModelRegistry::datasets() const {
  return DatasetStore(beside("datasets"));
}

fs::path ModelRegistry::report_file(const std::string& id) const {
  return beside("reports") / (id + ".html");
}

/// A directory beside that of the models.
fs::path ModelRegistry::beside(std::string_view name) const {
  fs::path history = fs::absolute(directory_).lexically_normal();
  if (!history.has_filename()) history = history.parent_path();  // "models/" is "models"
  return history.parent_path() / name;
}

History ModelRegistry::history() const {
  History history;
  if (!is_there(directory_)) return history;
  std::error_code code;
  fs::directory_iterator entries(directory_, code);
  if (code)
    throw StorageError(directory_.string(), "cannot be listed: " + system_message(code.value()),
                       "name the model history directory with --models-dir");
  for (const auto& entry : entries) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(".") || !entry.is_directory(code)) continue;
    try {
      history.models.push_back(manifest(name));
    } catch (const StorageError& error) {
      if (fs::exists(entry.path(), code)) history.problems.emplace_back(error.what());
    }
  }
  std::sort(history.models.begin(), history.models.end(), [](const Manifest& a, const Manifest& b) {
    return std::tie(a.created_at, a.id) < std::tie(b.created_at, b.id);
  });
  std::sort(history.problems.begin(), history.problems.end());
  return history;
}

Manifest ModelRegistry::manifest(const std::string& id) const {
  const fs::path file = directory_of(id) / manifest_file;
  Manifest manifest = parse_manifest(read_file(file), file.string());
  if (manifest.id != id)
    throw StorageError(file.string(), "the manifest is that of " + printable(manifest.id),
                       "give the directory its name back");
  return manifest;
}

fs::path ModelRegistry::directory_of(const std::string& id) const {
  return directory_ / id;
}

bool ModelRegistry::stands(const std::string& id) const {
  try {
    return manifest(id).id == id;
  } catch (const StorageError&) {
    return false;
  }
}

std::string ModelRegistry::resolve(std::string_view text) const {
  if (text == "champion") {
    const std::optional<Champion> holder = champion();
    if (holder) return holder->id;
    throw UsageError(directory_.string(), "there is no champion yet",
                     "train a model with diamond-train");
  }
  std::vector<std::string> fits;
  for (const Manifest& model : history().models) {
    if (model.id == text) return model.id;
    if (!text.empty() && model.id.starts_with(text)) fits.push_back(model.id);
  }
  if (fits.size() == 1) return fits.front();
  throw UsageError(
      directory_.string(),
      (fits.empty() ? "no model is called " : "several models begin with ") + printable(text),
      "`diamond-train history` lists them");
}

std::optional<Champion> ModelRegistry::champion() const {
  const fs::path file = directory_ / champion_file;
  if (!is_there(file)) return std::nullopt;
  return parse_champion(read_file(file), file.string());
}

void ModelRegistry::promote(const std::string& id, const std::string& reason) const {
  const FileLock lock = FileLock::take(directory_ / champion_lock);
  crown({id, "", login_name(), reason, {}, {}}, readable_champion());
}

bool ModelRegistry::promote(const Election& election,
                            const std::optional<Champion>& standing) const {
  const FileLock lock = FileLock::take(directory_ / champion_lock);
  const std::optional<Champion> holder = readable_champion();
  const bool is_another = holder && (!standing || holder->id != standing->id ||
                                     holder->promoted_at != standing->promoted_at);
  if (is_another) return false;
  crown({election.promoted.value(), "", "diamond-train", election.reason, election.comparison, {}},
        holder);
  return true;
}

/// A broken champion.json is mended by writing a whole one; who came before is lost with it.
std::optional<Champion> ModelRegistry::readable_champion() const {
  try {
    return champion();
  } catch (const StorageError&) {
    return std::nullopt;
  }
}

/// Fills in since when, and who came before. Requires: .champion.lock is held.
void ModelRegistry::crown(Champion next, const std::optional<Champion>& holder) const {
  next.promoted_at = time_now();
  if (holder) {
    next.before = holder->before;
    if (holder->id != next.id) next.before.insert(next.before.begin(), as_earlier(*holder));
  }
  next.before.resize(std::min(next.before.size(), remembered_champions));
  replace_file(directory_ / champion_file, to_json(next).dump(1) + "\n");
}

std::vector<EarlierChampion> ModelRegistry::standing_before(const Champion& champion) const {
  const auto first = std::find_if(champion.before.begin(), champion.before.end(),
                                  [&](const EarlierChampion& earlier) {
                                    return earlier.id != champion.id && stands(earlier.id);
                                  });
  return {first, champion.before.end()};
}

std::string ModelRegistry::rollback() const {
  std::optional<FileLock> lock;  // of a directory that is not there, none is made
  if (is_there(directory_)) lock = FileLock::take(directory_ / champion_lock);
  const std::optional<Champion> holder = champion();
  if (!holder)
    throw UsageError(directory_.string(), "there is no champion yet", "train a model first");
  const std::vector<EarlierChampion> before = standing_before(*holder);
  if (before.empty())
    throw UsageError(directory_.string(), "there was no champion before " + holder->id,
                     "choose one with `diamond-train promote ID`");
  const Champion next{before.front().id,
                      time_now(),
                      login_name(),
                      "rolled back by hand from " + holder->id,
                      {},
                      {before.begin() + 1, before.end()}};
  replace_file(directory_ / champion_file, to_json(next).dump(1) + "\n");
  return next.id;
}

PathLock ModelRegistry::lease(const std::string& id) const {
  return PathLock::shared(directory_of(id) / manifest_file);
}

Need ModelRegistry::need_of(const std::string& id) const {
  if (const std::optional<Champion> holder = champion()) {
    if (holder->id == id) return Need::champion;
    const std::vector<EarlierChampion> before = standing_before(*holder);
    if (!before.empty() && before.front().id == id) return Need::predecessor;
  }
  return PathLock::is_held(directory_of(id) / manifest_file) ? Need::lease : Need::none;
}

Need ModelRegistry::remove(const std::string& id) const {
  const fs::path removed = directory_ / (std::string(removed_prefix) + id);
  {
    const FileLock lock =
        FileLock::take(directory_ / champion_lock);  // nobody is crowned meanwhile
    const Need need = need_of(id);
    if (need != Need::none) return need;
    const std::optional<PathLock> alone = PathLock::try_alone(directory_of(id) / manifest_file);
    if (!alone) return Need::lease;
    rename_and_sync(directory_of(id), removed);
  }
  std::error_code code;
  fs::remove_all(removed, code);
  if (code)
    throw StorageError(removed.string(), "cannot be deleted: " + system_message(code.value()),
                       "check its permissions; the next training or prune deletes it");
  return Need::none;
}

FileLock ModelRegistry::lock_for_training() const {
  make_directory(directory_);
  const fs::path file = directory_ / training_lock;
  std::optional<FileLock> lock = FileLock::try_take(file);
  if (lock) return std::move(*lock);
  throw BusyError(directory_.string(), "another training runs here: " + FileLock::holder(file),
                  "wait for it, or train into another --models-dir");
}

bool ModelRegistry::is_training() const {
  return FileLock::is_held(directory_ / training_lock);
}

std::vector<fs::path> ModelRegistry::leftovers() const {
  std::vector<fs::path> leftovers = datasets().leftovers();
  const std::string champion_aside = "." + std::string(champion_file);
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(directory_, code)) {
    const std::string name = entry.path().filename().string();
    for (const std::string_view prefix :
         {scratch_prefix, staging_prefix, removed_prefix, std::string_view(champion_aside)})
      if (name.starts_with(prefix)) leftovers.push_back(entry.path());
  }
  std::sort(leftovers.begin(), leftovers.end());
  return leftovers;
}

void ModelRegistry::remove_leftovers() const {
  const FileLock lock =
      FileLock::take(directory_ / champion_lock);  // nobody is writing a champion aside
  std::error_code code;
  for (const fs::path& leftover : leftovers()) fs::remove_all(leftover, code);
  remove_old_studies(directory_ / studies_directory);
}

fs::path ModelRegistry::scratch_path() const {
  return fs::absolute(directory_) / (std::string(scratch_prefix) + std::to_string(::getpid()));
}

void ModelRegistry::forget_study(const std::string& fingerprint) const {
  std::error_code ignored;  // one that stays costs nothing but its place
  fs::remove(study_file(fingerprint), ignored);
}

fs::path ModelRegistry::study_file(const std::string& fingerprint) const {
  make_directory(directory_ / studies_directory);
  return directory_ / studies_directory / (fingerprint + ".jsonl");
}

std::string ModelRegistry::fresh_id(const Manifest& manifest, Timestamp now) const {
  const std::string head = compact_time(now) + "-" + manifest.kind + "-";
  std::string seed = to_json(manifest).dump() + std::to_string(::getpid());
  while (true) {
    seed = sha256_hex(seed);
    std::string id = head + seed.substr(0, 6);
    if (!fs::exists(directory_of(id))) return id;
  }
}

Manifest ModelRegistry::publish(Manifest manifest,
                                const std::function<void(const fs::path&)>& write_files) const {
  const Timestamp now = std::chrono::system_clock::now();
  manifest.created_at = iso_time(now);
  manifest.id = fresh_id(manifest, now);
  const ScratchDirectory staging(directory_ / (std::string(staging_prefix) + manifest.id));
  write_files(staging.path());
  manifest.files = file_hashes(staging.path());
  const std::string text = to_json(manifest).dump(1) + "\n";
  (void)parse_manifest(text, manifest.id);  // what nobody could read is no model
  write_file(staging.path() / manifest_file, text);
  sync_path(staging.path());
  rename_and_sync(staging.path(), directory_of(manifest.id));
  return manifest;
}

}  // namespace diamond
