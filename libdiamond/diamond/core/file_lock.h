// A lock that one process at a time holds, and that dies with its process.
//
// The kernel keeps it (flock on a small file), so a killed holder leaves none behind. The file's
// text only says who the holder is.
#pragma once

#include <diamond/core/file.h>

#include <filesystem>
#include <optional>
#include <string>

namespace diamond {

class FileLock {
 public:
  /// Takes the lock, or gives nothing at once where another process has it. Throws StorageError.
  [[nodiscard]] static std::optional<FileLock> try_take(const std::filesystem::path& file);

  /// Takes the lock, and waits for it. Throws StorageError.
  [[nodiscard]] static FileLock take(const std::filesystem::path& file);

  /// Whether a process holds it now; asks without waiting, and writes nothing. Who takes the lock
  /// in the very moment of the question may find it taken. False where there is no such file.
  [[nodiscard]] static bool is_held(const std::filesystem::path& file);

  /// "process 4711 (diamond-train) on this-host since 2026-11-23T08:15:00.123Z", as its holder
  /// wrote it.
  [[nodiscard]] static std::string holder(const std::filesystem::path& file);

 private:
  explicit FileLock(FileHandle handle) : handle_(std::move(handle)) {}

  FileHandle handle_;
};

}  // namespace diamond
