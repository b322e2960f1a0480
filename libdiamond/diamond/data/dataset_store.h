// The data that models were trained on, kept once: `DIRECTORY/<sha256 of the file>.csv`.
//
// A file is copied and hashed in one pass, under a name of its own; what is trained on is that
// copy, so that nobody can change the data between the hash and the training. Only when the data
// proved good does the copy get its name, in place of what had it: a copy that was damaged is whole
// again then.
#pragma once

#include <diamond/core/file.h>
#include <diamond/core/path_lock.h>
#include <diamond/core/table.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <future>
#include <string>
#include <string_view>
#include <vector>

namespace diamond {

/// A copy that has no name yet. Unless `keep` is called, it is gone when this goes.
class StagedDataset {
 public:
  StagedDataset(std::filesystem::path staged, std::filesystem::path final_path, std::string sha256,
                std::uintmax_t bytes, PathLock lock);
  StagedDataset(const StagedDataset&) = delete;
  StagedDataset& operator=(const StagedDataset&) = delete;
  StagedDataset(StagedDataset&&) = default;
  StagedDataset& operator=(StagedDataset&&) = delete;
  ~StagedDataset();

  [[nodiscard]] const std::string& sha256() const { return sha256_; }
  [[nodiscard]] std::uintmax_t bytes() const { return bytes_; }

  /// Where the bytes stand now, to be read.
  [[nodiscard]] const std::filesystem::path& path() const;

  /// Begins to bring the copy to the disk while the caller goes on.
  void start_sync();

  /// Gives the copy its name; from then on it stays. Throws StorageError.
  void keep();

  /// The same, only where the store has no such file, or one of another size: somebody removed it,
  /// or cut it short.
  void keep_if_missing();

 private:
  std::filesystem::path staged_;  // empty: it is kept
  std::filesystem::path final_path_;
  std::string sha256_;
  std::uintmax_t bytes_;
  PathLock lock_;  // of the copy: another history's training lets it be
  std::future<void> synced_;
};

/// Throws DataError where a file did not stay as it was while it was read.
void check_unchanged(const FileState& before, const FileState& after,
                     const std::filesystem::path& file);

/// A data set that the store has.
struct StoredDataset {
  std::string sha256;  // as its name has it
  std::uintmax_t bytes = 0;
};

class DatasetStore {
 public:
  explicit DatasetStore(std::filesystem::path directory);

  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

  /// Copies a CSV file. Throws StorageError (cannot be read; no space left …), and DataError where
  /// it was changed meanwhile.
  [[nodiscard]] StagedDataset stage(const std::filesystem::path& csv) const;

  /// Writes a table as CSV. Throws StorageError.
  [[nodiscard]] StagedDataset stage(const Table& table) const;

  [[nodiscard]] std::filesystem::path path_of(std::string_view sha256) const;

  /// All data sets, by their names; what is called otherwise is none. Empty where the directory is
  /// not there.
  [[nodiscard]] std::vector<StoredDataset> list() const;

  /// Removes a data set. Throws StorageError. Requires: no model needs it, and no process stages.
  void remove(std::string_view sha256) const;

  /// Copies without a name that a killed program left behind: nobody holds them.
  [[nodiscard]] std::vector<std::filesystem::path> leftovers() const;

  /// Removes them.
  void remove_leftovers() const;

  /// What is neither: not of this store.
  [[nodiscard]] std::vector<std::filesystem::path> others() const;

 private:
  [[nodiscard]] StagedDataset stage_pieces(
      const std::function<bool(std::string& piece)>& next_piece) const;

  std::filesystem::path directory_;
};

}  // namespace diamond
