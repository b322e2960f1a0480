#include <diamond/core/error.h>
#include <diamond/core/path_lock.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>

namespace diamond {
namespace {

namespace fs = std::filesystem;

/// The errno value of what went wrong, or 0.
int lock(const FileHandle& handle, int operation) {
  while (::flock(handle.get(), operation) != 0)
    if (errno != EINTR) return errno;
  return 0;
}

/// Whether the path still names what was opened by it.
bool is_still(const FileHandle& handle, const fs::path& path) {
  struct stat held {};
  struct stat named {};
  return ::fstat(handle.get(), &held) == 0 && ::stat(path.c_str(), &named) == 0 &&
         held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

/// To write where that is possible: NFS asks for it before it gives a lock to one alone.
FileHandle open_alone(const fs::path& path) {
  std::error_code code;
  const int access = fs::is_directory(path, code) ? O_RDONLY : O_RDWR;
  FileHandle handle(::open(path.c_str(), access | O_CLOEXEC));
  if (!handle.is_open())
    throw StorageError(path.string(), "cannot be opened: " + system_message(errno),
                       "check the path and its permissions");
  return handle;
}

}  // namespace

PathLock PathLock::shared(const fs::path& file) {
  while (true) {
    FileHandle handle = open_to_read(file);
    // While it waited another one may have taken the file away, and put a new one there.
    if (lock(handle, LOCK_SH) != 0 || is_still(handle, file)) return PathLock(std::move(handle));
  }
}

bool PathLock::is_held(const fs::path& path) {
  std::error_code code;
  if (!fs::exists(path, code)) return false;
  const FileHandle handle = open_to_read(path);
  return lock(handle, LOCK_EX | LOCK_NB) == EWOULDBLOCK;
}

std::optional<PathLock> PathLock::try_alone(const fs::path& path) {
  FileHandle handle = open_alone(path);
  const int code = lock(handle, LOCK_EX | LOCK_NB);
  if (code == EWOULDBLOCK) return std::nullopt;
  if (code != 0)
    throw StorageError(path.string(), "cannot be locked: " + system_message(code),
                       "use a file system that has locks");
  if (!is_still(handle, path)) return std::nullopt;
  return PathLock(std::move(handle));
}

}  // namespace diamond
