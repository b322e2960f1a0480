// Rows that lie on the disk, to be learned from with little memory: all of them, or one worker's
// share.
#pragma once

#include <diamond/core/lazy.h>
#include <diamond/core/table.h>
#include <diamond/data/row_store.h>
#include <diamond/models/collective.h>

#include <cstddef>
#include <filesystem>
#include <optional>

namespace diamond {

/// The files of a training, in a directory of their own. Every training row is in one of `train`
/// and `held_out`.
struct ShareFiles {
  std::filesystem::path directory;

  [[nodiscard]] std::filesystem::path train() const { return directory / "train.rows"; }
  /// A few random rows to judge by, such as where to stop.
  [[nodiscard]] std::filesystem::path held_out() const { return directory / "held_out.rows"; }
  /// Random rows of `train`, few enough for the memory of any machine.
  [[nodiscard]] std::filesystem::path sample() const { return directory / "sample.rows"; }
};

/// One worker's training rows: every worker reads other batches of the same files. Safe from any
/// thread, but for the collective.
class RowShare {
 public:
  /// `cache`: a directory for what does not fit into the memory; nothing: all of it does. The
  /// collective outlives the share. Throws StorageError.
  RowShare(const ShareFiles& files, Collective& collective,
           std::optional<std::filesystem::path> cache);

  /// Whether the rows that are held out are learned from, too.
  enum class Rows { all, most };

  /// Of this worker; may be 0.
  [[nodiscard]] std::size_t batches(Rows rows) const;

  /// Throws StorageError. Requires: batch < batches(rows).
  [[nodiscard]] Table batch(std::size_t batch) const;

  /// The same for every worker. Throw StorageError.
  [[nodiscard]] const Table& held_out() const { return held_out_.get(); }
  [[nodiscard]] const Table& sample() const { return sample_.get(); }

  [[nodiscard]] Collective& collective() const { return collective_; }
  [[nodiscard]] const std::optional<std::filesystem::path>& cache() const { return cache_; }

 private:
  /// Consecutive batches of a file.
  struct Range {
    std::size_t first;
    std::size_t last;  // one behind

    [[nodiscard]] std::size_t size() const { return last - first; }
  };

  [[nodiscard]] Range own(const RowStore& store) const;

  RowStore train_;
  RowStore held_out_file_;
  Lazy<Table> held_out_;
  Lazy<Table> sample_;
  Collective& collective_;
  std::optional<std::filesystem::path> cache_;
};

}  // namespace diamond
