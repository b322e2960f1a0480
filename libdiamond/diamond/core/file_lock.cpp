#include <diamond/core/clock.h>
#include <diamond/core/error.h>
#include <diamond/core/file_lock.h>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace diamond {
namespace {

FileHandle open_lock_file(const std::filesystem::path& file) {
  FileHandle handle(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (!handle.is_open())
    throw StorageError(file.string(), "the lock file cannot be opened: " + system_message(errno),
                       "check the directory and its permissions");
  return handle;
}

/// True where the lock is now ours; false where `operation` does not wait and another process has
/// it.
bool lock(const FileHandle& handle, int operation, const std::filesystem::path& file) {
  while (::flock(handle.get(), operation) != 0) {
    if (errno == EWOULDBLOCK) return false;
    if (errno != EINTR)
      throw StorageError(file.string(), "cannot be locked: " + system_message(errno),
                         "use a file system that has locks");
  }
  return true;
}

/// Says for people who has it. On a full disk nobody says so, and has it all the same.
void sign(const FileHandle& handle, const std::filesystem::path& file) {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  const std::string text = "process " + std::to_string(::getpid()) + " (" +
                           program_invocation_short_name + ") on " + host.data() + " since " +
                           iso_time(std::chrono::system_clock::now()) + "\n";
  if (::ftruncate(handle.get(), 0) != 0) return;
  try {
    write_all(handle, text, file);
  } catch (const StorageError&) {
  }
}

}  // namespace

std::optional<FileLock> FileLock::try_take(const std::filesystem::path& file) {
  FileHandle handle = open_lock_file(file);
  if (!lock(handle, LOCK_EX | LOCK_NB, file)) return std::nullopt;
  sign(handle, file);
  return FileLock(std::move(handle));
}

FileLock FileLock::take(const std::filesystem::path& file) {
  FileHandle handle = open_lock_file(file);
  lock(handle, LOCK_EX, file);
  sign(handle, file);
  return FileLock(std::move(handle));
}

bool FileLock::is_held(const std::filesystem::path& file) {
  const FileHandle handle(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  return handle.is_open() && !lock(handle, LOCK_SH | LOCK_NB, file);
}

std::string FileLock::holder(const std::filesystem::path& file) {
  const std::string text = read_file(file);
  return text.substr(0, text.find('\n'));
}

}  // namespace diamond
