#include "catch.h"
#include "support/messages.h"
#include "support/temporary_directory.h"

#include <diamond/core/error.h>
#include <diamond/core/file.h>

#include <sys/stat.h>

#include <array>
#include <filesystem>

using namespace diamond;
using namespace diamond::testing;
using Names = std::set<std::string>;

TEST_CASE("a file reads back as it was written, whatever bytes it holds") {
  const TemporaryDirectory directory;
  std::string content(200'000, 'x');  // more than one read
  content[7] = '\0';
  content[199'999] = '\n';
  write_file(directory / "file", content);
  CHECK(read_file(directory / "file") == content);
  write_file(directory / "file", "short");
  CHECK(read_file(directory / "file") == "short");
}

TEST_CASE("reading what is not there or is a directory is an error that names it") {
  const TemporaryDirectory directory;
  check_says(message_of<StorageError>([&] { (void)read_file(directory / "none"); }),
             {(directory / "none").string(), "No such file", "check the path"});
  check_says(message_of<StorageError>([&] { (void)read_file(directory.path()); }),
             {directory.path().string(), "directory"});
}

TEST_CASE("writing into a directory that is not there is an error that names the file") {
  const TemporaryDirectory directory;
  check_says(message_of<StorageError>([&] { write_file(directory / "none/file", "x"); }),
             {(directory / "none/file").string(), "cannot be written"});
  check_says(message_of<StorageError>([&] { replace_file(directory / "none/file", "x"); }),
             {(directory / "none").string(), "cannot be written"});
}

TEST_CASE("a full disk is told with the way out") {
  if (!std::filesystem::exists("/dev/full")) return;
  check_says(message_of<StorageError>([&] { write_file("/dev/full", "x"); }),
             {"/dev/full", "No space left", "free some space"});
}

TEST_CASE("a replaced file has the new content and leaves nothing beside it") {
  const TemporaryDirectory directory;
  directory.write("file", "old");
  replace_file(directory / "file", "new");
  CHECK(read_file(directory / "file") == "new");
  CHECK(names_in(directory.path()) == Names{"file"});
}

TEST_CASE("who has the old file open still reads the old content after a replacement") {
  const TemporaryDirectory directory;
  directory.write("file", "old content");
  const FileHandle reader = open_to_read(directory / "file");
  replace_file(directory / "file", "new");
  std::array<char, 32> buffer{};
  const std::size_t got = read_some(reader, buffer, "file");
  CHECK(std::string(buffer.data(), got) == "old content");
}

TEST_CASE("a replacement that fails leaves nothing behind") {
  const TemporaryDirectory directory;
  std::filesystem::create_directory(directory / "taken");
  check_says(message_of<StorageError>([&] { replace_file(directory / "taken", "x"); }),
             {(directory / "taken").string(), "cannot be put in its place"});
  CHECK(names_in(directory.path()) == Names{"taken"});
}

TEST_CASE("a directory is made with its parents and may stand already") {
  const TemporaryDirectory directory;
  make_directory(directory / "a/b/c");
  make_directory(directory / "a/b/c");
  CHECK(std::filesystem::is_directory(directory / "a/b/c"));
  directory.write("file", "");
  check_says(message_of<StorageError>([&] { make_directory(directory / "file/b"); }),
             {(directory / "file/b").string(), "cannot be made"});
}

TEST_CASE("a handle that was moved from does not close its file") {
  const TemporaryDirectory directory;
  directory.write("file", "content");
  FileHandle kept;
  {
    FileHandle first = open_to_read(directory / "file");
    kept = std::move(first);
  }
  std::array<char, 32> buffer{};
  CHECK(read_some(kept, buffer, "file") == 7);
}
