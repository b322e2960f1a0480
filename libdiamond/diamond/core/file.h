// Files and directories that appear whole or not at all, whatever kills the program.
//
// Everything is first written under a name of its own beside its place, brought to the disk
// (fsync), and only then renamed into its place; last, the directory that now lists it is brought
// to the disk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace diamond {

/// An open file descriptor; closed when this goes.
class FileHandle {
 public:
  FileHandle() = default;
  explicit FileHandle(int descriptor) : descriptor_(descriptor) {}
  FileHandle(const FileHandle&) = delete;
  FileHandle& operator=(const FileHandle&) = delete;
  FileHandle(FileHandle&& other) noexcept;
  FileHandle& operator=(FileHandle&& other) noexcept;
  ~FileHandle();

  [[nodiscard]] int get() const { return descriptor_; }
  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }

  /// The descriptor, which is then the caller's to close.
  [[nodiscard]] int release() { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_ = -1;
};

/// Whether there is something at this path. Throws StorageError where that cannot be known: what
/// may not be looked at is not taken for gone.
[[nodiscard]] bool is_there(const std::filesystem::path& path);

/// How large a regular file is, and when it was written last; of anything else nothing.
struct FileState {
  std::uintmax_t bytes = 0;
  std::int64_t written = 0;  // ns since 1970

  bool operator==(const FileState&) const = default;
};

/// Throws StorageError where the file cannot be looked at.
[[nodiscard]] FileState state_of(const std::filesystem::path& file);
[[nodiscard]] FileState state_of(const FileHandle& handle, const std::filesystem::path& file);

/// Opens a regular file to read. Throws StorageError (not there, a directory, not allowed).
[[nodiscard]] FileHandle open_to_read(const std::filesystem::path& file);

/// Makes a file to write; what was there is cut to nothing. Throws StorageError.
[[nodiscard]] FileHandle open_to_write(const std::filesystem::path& file);

/// Opens a file to append to; makes it where there is none, and brings its name to the disk. Throws
/// StorageError.
[[nodiscard]] FileHandle open_to_append(const std::filesystem::path& file);

/// The program's own standard input and output.
[[nodiscard]] FileHandle standard_input();
[[nodiscard]] FileHandle standard_output();

/// Appends all of `bytes` with one write, so that readers and a kill find them whole or cut short
/// but never mixed with others', and brings them to the disk. Where that fails the file is cut back
/// to what it was. Throws StorageError that names `file`.
void append_and_sync(const FileHandle& handle, std::string_view bytes,
                     const std::filesystem::path& file);

/// Cuts a file to its first `size` bytes and brings that to the disk. Throws StorageError that
/// names `file`.
void cut_and_sync(const FileHandle& handle, std::size_t size, const std::filesystem::path& file);

/// Writes all of `bytes`. Throws StorageError that names `file` (a full disk, for instance).
void write_all(const FileHandle& handle, std::string_view bytes, const std::filesystem::path& file);

/// Closes a file. Throws StorageError that names `file` where the system says only now that
/// something of it was not written, as network file systems do.
void close(FileHandle handle, const std::filesystem::path& file);

/// Reads up to buffer.size() bytes from where the last call stopped; 0 at the end. Throws
/// StorageError that names `file`.
[[nodiscard]] std::size_t read_some(const FileHandle& handle, std::span<char> buffer,
                                    const std::filesystem::path& file);

/// The whole content. Throws StorageError.
[[nodiscard]] std::string read_file(const std::filesystem::path& file);

/// Writes a file and brings it to the disk. For files inside a directory that is itself published
/// by a rename.
void write_file(const std::filesystem::path& file, std::string_view content);

/// Writes a file so that readers find the old content or the new one, never a part.
void replace_file(const std::filesystem::path& file, std::string_view content);

/// The same for a file that not everybody may read: owner and permissions stay as they were; a new
/// one is its owner's alone (0600).
void replace_private_file(const std::filesystem::path& file, std::string_view content);

/// A file that is written piece by piece and stands in its place whole, or not at all. Until
/// `finish` it has no name, so that whatever ends the program leaves nothing of it, and what was in
/// its place stays; only where the file system has no files without names a kill leaves
/// `.NAME.PROCESS.new` beside it. Permissions stay those of the file before, and so does its owner
/// where this process may choose him. What is no regular file (a pipe, /dev/stdout) is written to
/// as it is.
class WholeFile {
 public:
  /// Throws StorageError where no file can be made there.
  explicit WholeFile(std::filesystem::path file);
  WholeFile(const WholeFile&) = delete;
  WholeFile& operator=(const WholeFile&) = delete;
  ~WholeFile();

  /// Throws StorageError.
  void write(std::string_view bytes) const { write_all(handle_, bytes, file_); }

  /// Brings it to the disk and puts it in its place. Nothing is written after it. Throws
  /// StorageError.
  void finish();

 private:
  std::filesystem::path file_;
  std::filesystem::path aside_;  // where it stands until then; empty: nowhere
  bool is_regular_ = true;
  FileHandle handle_;
};

/// Brings a directory's list of names, or a file's content, to the disk. Throws StorageError.
void sync_path(const std::filesystem::path& path);

/// Renames, and brings the new name to the disk. Throws StorageError.
void rename_and_sync(const std::filesystem::path& from, const std::filesystem::path& to);

/// Makes a directory with its parents; one that stands is fine. Throws StorageError.
void make_directory(const std::filesystem::path& directory);

/// A directory of one's own that goes, with everything in it, when this goes; unless it is renamed
/// first.
class ScratchDirectory {
 public:
  /// Makes it with its parents; what stands there goes first. Throws StorageError.
  explicit ScratchDirectory(std::filesystem::path path);
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  ~ScratchDirectory();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace diamond
