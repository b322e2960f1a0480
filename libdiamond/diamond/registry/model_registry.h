// The model history directory: every model that was ever trained, and who the champion is.
//
// clang-format off
// Format:
//   DIRECTORY/champion.json         see champion.h; replaced as a whole
//   DIRECTORY/<id>/manifest.json    see manifest.h; the directory never changes once it is there
//   DIRECTORY/<id>/...              what the model's `save` wrote, test_predictions.csv, and the
//                                   trials.jsonl of a tuned one
//   DIRECTORY/.studies/             trials of studies that have not ended, to go on from: see
//                                   tuning/trial.h
//   DIRECTORY/.scratch-...          what a training holds on the disk and not in memory
//   DIRECTORY/.staging-...          a model on its way; no reader looks at it
//   DIRECTORY/.removed-<id>/        a model on its way out
//   DIRECTORY/.training.lock        held by the process that trains
//   DIRECTORY/.champion.lock        held for the moment in which champion.json changes
//   DIRECTORY/../datasets/          the data they were trained on: see dataset_store.h
//   DIRECTORY/../reports/<id>.html  pages about models, for people: can be made again at any time
// clang-format on
//
// A model is written aside, brought to the disk with everything in it, and then renamed to its id
// in one step; it is removed by a rename as well, and then deleted. Whoever has loaded a model
// holds a lease on it, a lock on its manifest.json, and it is not removed before that ends.
#pragma once

#include <diamond/core/clock.h>
#include <diamond/core/file_lock.h>
#include <diamond/core/path_lock.h>
#include <diamond/data/dataset_store.h>
#include <diamond/registry/champion.h>
#include <diamond/registry/manifest.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace diamond {

/// Models, newest last, and the directories that hold none that can be read.
struct History {
  std::vector<Manifest> models;
  std::vector<std::string> problems;  // one sentence each, naming the directory
};

/// Why a model may not be removed.
enum class Need : std::uint8_t {
  none,
  champion,
  predecessor,  // of the champion: what a rollback would take
  lease,        // somebody has loaded it: a server, or a command
};

/// "is the champion", for people; empty: none.
[[nodiscard]] std::string_view reason_of(Need need);

class ModelRegistry {
 public:
  /// The directory need not be there yet.
  explicit ModelRegistry(std::filesystem::path directory);

  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }
  [[nodiscard]] DatasetStore datasets() const;

  /// All models that can be read. Throws StorageError where the directory itself cannot be.
  [[nodiscard]] History history() const;

  /// The manifest of a model. Throws StorageError where there is none or it cannot be read.
  [[nodiscard]] Manifest manifest(const std::string& id) const;
  [[nodiscard]] std::filesystem::path directory_of(const std::string& id) const;

  /// Where the page about a model is kept, if there is one.
  [[nodiscard]] std::filesystem::path report_file(const std::string& id) const;

  /// The whole id for what a person typed: an id, its beginning if only one id begins so, or
  /// "champion". Throws UsageError where nothing or several fit.
  [[nodiscard]] std::string resolve(std::string_view text) const;

  /// Nothing where no model was promoted yet. Throws StorageError where champion.json is broken.
  [[nodiscard]] std::optional<Champion> champion() const;

  /// Makes a model champion by hand, in the name of who runs the program. Throws StorageError.
  void promote(const std::string& id, const std::string& reason) const;

  /// Makes the winner of an election champion, in the name of diamond-train; unless it is not
  /// `standing` any more who is champion: then somebody chose another one meanwhile, and false is
  /// returned. Throws StorageError. Requires: election.promoted.
  [[nodiscard]] bool promote(const Election& election,
                             const std::optional<Champion>& standing) const;

  /// Who was champion before this one, from the first other one who still stands on.
  [[nodiscard]] std::vector<EarlierChampion> standing_before(const Champion& champion) const;

  /// Makes the champion before this one champion again, in the name of who runs the program, and
  /// returns its id.
  /// Throws UsageError where there was none that still stands.
  std::string rollback() const;

  /// Keeps a model from being removed while it is used, in any process. Throws StorageError where
  /// it is not there, or not any more.
  [[nodiscard]] PathLock lease(const std::string& id) const;

  /// Why a model has to stay now. Throws StorageError where champion.json is broken: then nobody
  /// knows.
  [[nodiscard]] Need need_of(const std::string& id) const;

  /// Removes a model with all its files, unless it has to stay; returns why. Readers see all of it
  /// or nothing. What a kill leaves of it is hidden, and `remove_leftovers` deletes it. Throws
  /// StorageError. Requires: the training lock is held.
  [[nodiscard]] Need remove(const std::string& id) const;

  /// For the one process that may train here. Throws BusyError that names the process which does.
  [[nodiscard]] FileLock lock_for_training() const;

  /// Whether a process holds that lock now.
  [[nodiscard]] bool is_training() const;

  /// What processes that were killed left half-way, here and among the data sets; while a training
  /// runs also what it is at work on.
  [[nodiscard]] std::vector<std::filesystem::path> leftovers() const;

  /// Removes what a killed process left half-way, and studies that nobody went on with for a month.
  /// Requires: the training lock is held.
  void remove_leftovers() const;

  /// Where this process's training holds what it does not hold in memory: a ScratchDirectory, which
  /// remove_leftovers removes when the process was killed.
  [[nodiscard]] std::filesystem::path scratch_path() const;

  /// Where the trials of a study are kept until its model is published. `fingerprint` names all
  /// that they follow from.
  [[nodiscard]] std::filesystem::path study_file(const std::string& fingerprint) const;

  /// Removes it.
  void forget_study(const std::string& fingerprint) const;

  /// Publishes a model: `write_files` fills the directory that it is given; id, created_at and
  /// files of the manifest are set here. Returns the manifest as written. Throws StorageError; then
  /// nothing of the model is there.
  Manifest publish(Manifest manifest,
                   const std::function<void(const std::filesystem::path&)>& write_files) const;

 private:
  [[nodiscard]] std::filesystem::path beside(std::string_view name) const;
  [[nodiscard]] std::optional<Champion> readable_champion() const;
  void crown(Champion next, const std::optional<Champion>& holder) const;
  [[nodiscard]] bool stands(const std::string& id) const;
  [[nodiscard]] std::string fresh_id(const Manifest& manifest, Timestamp now) const;

  std::filesystem::path directory_;
};

}  // namespace diamond
