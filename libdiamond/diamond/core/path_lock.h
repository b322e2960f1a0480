// Holds a file or directory that others may want to take away.
//
// Whoever uses it holds it together with others; whoever takes it away must have it alone. The
// kernel keeps who holds what (flock), so it works across processes, ends with them, and changes
// nothing on the disk.
#pragma once

#include <diamond/core/file.h>

#include <filesystem>
#include <optional>
#include <utility>

namespace diamond {

class PathLock {
 public:
  /// Holds a file together with others; waits for one who has it alone. When it is there, the path
  /// still names the file that is held. On a file system without locks it holds nothing: nobody can
  /// have the file alone there either. Throws StorageError where no such file can be read.
  [[nodiscard]] static PathLock shared(const std::filesystem::path& file);

  /// Has a file or directory alone; nothing at once where others hold it. Throws StorageError where
  /// it is not there, may not be opened, or the file system has no locks.
  [[nodiscard]] static std::optional<PathLock> try_alone(const std::filesystem::path& path);

  /// Whether somebody holds it now; asks without waiting, and needs no more than to read. Who asks
  /// for it alone in the very moment may find it held. False where it is not there, and on a file
  /// system that gives no lock to one who only reads. Throws StorageError where it may not be read.
  [[nodiscard]] static bool is_held(const std::filesystem::path& path);

 private:
  explicit PathLock(FileHandle handle) : handle_(std::move(handle)) {}

  FileHandle handle_;
};

}  // namespace diamond
