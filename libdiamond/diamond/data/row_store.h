// Rows on the disk: a table in batches, to be read one at a time, from any process.
//
// clang-format off
// Format, in the machine's own byte order; a file never outlives the training that wrote it:
//   batch…     as `append_bytes` (table.h) writes a table
//   index      the offset of each batch, and the end of the last: 8 bytes each
//   footer     rows, batches (8 bytes each), "diamrows"
// clang-format on
#pragma once

#include <diamond/core/file.h>
#include <diamond/core/table.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

namespace diamond {

/// Writes a store; memory does not grow with it but for 8 bytes a batch. What was written is read
/// only after `finish`.
class RowStoreWriter {
 public:
  static constexpr std::size_t usual_batch_rows = 65'536;

  /// Makes the file. Every batch but the last has `batch_rows` rows. Throws StorageError.
  explicit RowStoreWriter(std::filesystem::path file, std::size_t batch_rows = usual_batch_rows);

  /// Throws StorageError (a full disk, for instance).
  void append(const Table& rows);

  /// Writes what is left. Nothing is appended after it. Throws StorageError.
  void finish();

  [[nodiscard]] std::size_t rows() const { return rows_; }

 private:
  void write_batch();
  void write(std::string_view bytes);

  std::filesystem::path file_;
  std::size_t batch_rows_;
  FileHandle handle_;
  Table batch_;
  std::vector<std::uint64_t> offsets_{0};
  std::size_t rows_ = 0;
};

/// A store that was written. Copies read the same file; safe from any thread.
class RowStore {
 public:
  /// Throws StorageError where it cannot be read, or is not whole.
  explicit RowStore(std::filesystem::path file);

  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t batches() const { return offsets_.size() - 1; }

  /// The rows of a batch, in the order in which they were appended. Throws StorageError. Requires:
  /// batch < batches().
  [[nodiscard]] Table batch(std::size_t batch) const;

  /// All rows.
  [[nodiscard]] Table read() const;

 private:
  std::filesystem::path file_;
  std::vector<std::uint64_t> offsets_;
  std::size_t rows_ = 0;
};

}  // namespace diamond
