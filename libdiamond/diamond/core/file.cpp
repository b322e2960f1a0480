#include <diamond/core/error.h>
#include <diamond/core/file.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace diamond {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, const std::string& doing, int code) {
  const std::string remedy = code == ENOSPC   ? "free some space on this disk"
                             : code == ENOENT ? "check the path"
                                              : "check the path and its permissions";
  throw StorageError(path.string(), doing + ": " + system_message(code), remedy);
}

FileHandle open_file(const fs::path& file, int flags, const std::string& doing,
                     mode_t mode = 0666) {
  FileHandle handle(::open(file.c_str(), flags | O_CLOEXEC, mode));
  if (!handle.is_open()) fail(file, doing, errno);
  return handle;
}

/// The errno value of what went wrong, or 0.
int append_once(int descriptor, std::string_view bytes) {
  ssize_t written = -1;
  do {
    written = ::write(descriptor, bytes.data(), bytes.size());
  } while (written < 0 && errno == EINTR);
  if (written < 0) return errno;
  if (static_cast<std::size_t>(written) < bytes.size()) return ENOSPC;  // no room for the rest
  return ::fdatasync(descriptor) == 0 ? 0 : errno;
}

FileState state_from(const struct stat& status) {
  constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;
  if (!S_ISREG(status.st_mode)) return {};  // a pipe changes by being read
  return {static_cast<std::uintmax_t>(status.st_size),
          status.st_mtim.tv_sec * nanoseconds_per_second + status.st_mtim.tv_nsec};
}

fs::path parent_of(const fs::path& path) {
  const fs::path parent = path.parent_path();
  return parent.empty() ? fs::path(".") : parent;
}

void write_and_sync(const FileHandle& handle, std::string_view content, const fs::path& file) {
  write_all(handle, content, file);
  if (::fsync(handle.get()) != 0) fail(file, "cannot be brought to the disk", errno);
}

/// Where this process writes what is to become `file`.
fs::path aside_of(const fs::path& file) {
  std::string name(".");
  name.append(file.filename().string())
      .append(".")
      .append(std::to_string(::getpid()))
      .append(".new");
  return parent_of(file) / name;
}

/// A new file without a name in the directory of `file`; closed where its file system knows none
/// such.
FileHandle open_nameless(const fs::path& file) {
  FileHandle handle(::open(parent_of(file).c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666));
  const bool is_unknown = errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL;
  if (!handle.is_open() && !is_unknown) fail(file, "cannot be written", errno);
  return handle;
}

/// Gives a file that has no name one.
void name_file(const FileHandle& handle, const fs::path& name) {
  const std::string link = "/proc/self/fd/" + std::to_string(handle.get());
  if (::linkat(AT_FDCWD, link.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) != 0)
    fail(name, "cannot be written", errno);
}

FileHandle duplicate(int descriptor, const std::string& name) {
  FileHandle handle(::fcntl(descriptor, F_DUPFD_CLOEXEC, 0));
  if (!handle.is_open()) fail(name, "cannot be used", errno);
  return handle;
}

/// Has `write` write a file aside, and puts that in its place.
template <class Write>
void replace(const fs::path& file, const Write& write) {
  const fs::path aside = aside_of(file);
  try {
    write(aside);
    rename_and_sync(aside, file);
  } catch (...) {
    std::error_code ignored;
    fs::remove(aside, ignored);
    throw;
  }
}

/// Owner and permissions of `file`; where there is none it is its owner's alone.
void take_over_owner(const FileHandle& handle, const fs::path& file) {
  struct stat old {};
  const bool is_there = ::stat(file.c_str(), &old) == 0;
  struct stat now {};
  if (::fstat(handle.get(), &now) != 0) fail(file, "cannot be read", errno);
  const bool is_others = is_there && (old.st_uid != now.st_uid || old.st_gid != now.st_gid);
  if (is_others && ::fchown(handle.get(), old.st_uid, old.st_gid) != 0)
    fail(file, "cannot be left to its owner", errno);
  if (::fchmod(handle.get(), is_there ? old.st_mode & 07777U : 0600U) != 0)
    fail(file, "cannot keep its permissions", errno);
}

/// Who may do what with `file`, where it is there; its owner as far as this process may choose it.
void take_over_permissions(const FileHandle& handle, const fs::path& file) {
  struct stat old {};
  if (::stat(file.c_str(), &old) != 0) return;
  if (::fchown(handle.get(), old.st_uid, old.st_gid) != 0 && errno != EPERM)
    fail(file, "cannot be left to its owner", errno);
  if (::fchmod(handle.get(), old.st_mode & 0777U) != 0)
    fail(file, "cannot keep its permissions", errno);
}

}  // namespace

FileHandle::FileHandle(FileHandle&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileHandle& FileHandle::operator=(FileHandle&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FileHandle::~FileHandle() {
  if (is_open()) ::close(descriptor_);
}

bool is_there(const fs::path& path) {
  std::error_code code;
  const fs::file_status status = fs::status(path, code);
  if (status.type() == fs::file_type::not_found) return false;
  if (code) fail(path, "cannot be looked at", code.value());
  return true;
}

FileState state_of(const fs::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) fail(file, "cannot be read", errno);
  return state_from(status);
}

FileState state_of(const FileHandle& handle, const fs::path& file) {
  struct stat status {};
  if (::fstat(handle.get(), &status) != 0) fail(file, "cannot be read", errno);
  return state_from(status);
}

FileHandle open_to_read(const fs::path& file) {
  FileHandle handle = open_file(file, O_RDONLY, "cannot be read");
  struct stat status {};
  if (::fstat(handle.get(), &status) != 0) fail(file, "cannot be read", errno);
  if (S_ISDIR(status.st_mode)) fail(file, "cannot be read as a file", EISDIR);
  return handle;
}

FileHandle open_to_write(const fs::path& file) {
  return open_file(file, O_WRONLY | O_CREAT | O_TRUNC, "cannot be written");
}

FileHandle open_to_append(const fs::path& file) {
  FileHandle handle = open_file(file, O_WRONLY | O_CREAT | O_APPEND, "cannot be written");
  sync_path(parent_of(file));
  return handle;
}

FileHandle standard_input() {
  return duplicate(STDIN_FILENO, "stdin");
}

FileHandle standard_output() {
  return duplicate(STDOUT_FILENO, "stdout");
}

void append_and_sync(const FileHandle& handle, std::string_view bytes, const fs::path& file) {
  struct stat before {};
  if (::fstat(handle.get(), &before) != 0) fail(file, "cannot be written", errno);
  const int code = append_once(handle.get(), bytes);
  if (code == 0) return;
  // Where this fails too, what was cut short is left to whoever reads the file.
  [[maybe_unused]] const int ignored = ::ftruncate(handle.get(), before.st_size);
  fail(file, "cannot be written", code);
}

void cut_and_sync(const FileHandle& handle, std::size_t size, const fs::path& file) {
  if (::ftruncate(handle.get(), static_cast<off_t>(size)) != 0 || ::fsync(handle.get()) != 0)
    fail(file, "cannot be cut", errno);
}

void write_all(const FileHandle& handle, std::string_view bytes, const fs::path& file) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(handle.get(), bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) fail(file, "cannot be written", errno);
    if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void close(FileHandle handle, const fs::path& file) {
  if (::close(handle.release()) != 0) fail(file, "cannot be written", errno);
}

std::size_t read_some(const FileHandle& handle, std::span<char> buffer, const fs::path& file) {
  while (true) {
    const ssize_t got = ::read(handle.get(), buffer.data(), buffer.size());
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) fail(file, "cannot be read", errno);
  }
}

std::string read_file(const fs::path& file) {
  const FileHandle handle = open_to_read(file);
  std::string content;
  std::string buffer(std::size_t{64} << 10U, '\0');
  for (std::size_t got = read_some(handle, buffer, file); got > 0;
       got = read_some(handle, buffer, file))
    content.append(buffer, 0, got);
  return content;
}

void write_file(const fs::path& file, std::string_view content) {
  write_and_sync(open_to_write(file), content, file);
}

void replace_file(const fs::path& file, std::string_view content) {
  replace(file, [&](const fs::path& aside) { write_file(aside, content); });
}

void replace_private_file(const fs::path& file, std::string_view content) {
  replace(file, [&](const fs::path& aside) {
    const FileHandle handle =
        open_file(aside, O_WRONLY | O_CREAT | O_TRUNC, "cannot be written", 0600);
    take_over_owner(handle, file);
    write_and_sync(handle, content, aside);
  });
}

WholeFile::WholeFile(fs::path file) : file_(std::move(file)) {
  std::error_code none;
  const fs::file_status status = fs::status(file_, none);
  is_regular_ = !fs::exists(status) || fs::is_regular_file(status);
  // A link to what is no file, such as /dev/stdout, leads to no path.
  if (is_regular_ && fs::is_symlink(file_, none)) file_ = fs::weakly_canonical(file_);
  if (is_regular_) handle_ = open_nameless(file_);
  if (handle_.is_open()) return;
  if (is_regular_) aside_ = aside_of(file_);
  handle_ = open_to_write(is_regular_ ? aside_ : file_);
}

WholeFile::~WholeFile() {
  std::error_code ignored;
  if (!aside_.empty()) fs::remove(aside_, ignored);
}

void WholeFile::finish() {
  if (!is_regular_) return;
  take_over_permissions(handle_, file_);
  if (::fsync(handle_.get()) != 0) fail(file_, "cannot be brought to the disk", errno);
  if (aside_.empty()) {
    aside_ = aside_of(file_);
    name_file(handle_, aside_);
  }
  rename_and_sync(aside_, file_);
  aside_.clear();
}

void sync_path(const fs::path& path) {
  const FileHandle handle = open_file(path, O_RDONLY, "cannot be brought to the disk");
  if (::fsync(handle.get()) != 0) fail(path, "cannot be brought to the disk", errno);
}

void rename_and_sync(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) fail(to, "cannot be put in its place", errno);
  sync_path(parent_of(to));
}

void make_directory(const fs::path& directory) {
  std::error_code code;
  fs::create_directories(directory, code);
  if (code) fail(directory, "cannot be made", code.value());
}

ScratchDirectory::ScratchDirectory(fs::path path) : path_(std::move(path)) {
  std::error_code code;
  fs::remove_all(path_, code);
  if (code) fail(path_, "cannot be emptied", code.value());
  make_directory(path_);
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code ignored;  // what stays costs its place until the next one of this name
  fs::remove_all(path_, ignored);
}

}  // namespace diamond
