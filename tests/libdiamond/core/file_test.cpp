#include "catch.h"
#include "support/file_size_limit.h"
#include "support/messages.h"
#include "support/temporary_directory.h"

#include <diamond/core/error.h>
#include <diamond/core/file.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

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

TEST_CASE("a private file is its owner's alone, and keeps the permissions that it was given") {
  const TemporaryDirectory directory;
  const auto permissions = [&] {
    struct stat status {};
    REQUIRE(::stat((directory / "file").c_str(), &status) == 0);
    return status.st_mode & 07777U;
  };
  replace_private_file(directory / "file", "old");
  CHECK(permissions() == 0600);
  std::filesystem::permissions(directory / "file", std::filesystem::perms(0640));
  replace_private_file(directory / "file", "new");
  CHECK(read_file(directory / "file") == "new");
  CHECK(permissions() == 0640);
  CHECK(names_in(directory.path()) == Names{"file"});
}

TEST_CASE("a private file that root replaces is left to its owner") {
  if (::geteuid() != 0) return;
  const TemporaryDirectory directory;
  directory.write("file", "old");
  REQUIRE(::chown((directory / "file").c_str(), 12345, 54321) == 0);
  replace_private_file(directory / "file", "new");
  struct stat status {};
  REQUIRE(::stat((directory / "file").c_str(), &status) == 0);
  CHECK(status.st_uid == 12345);
  CHECK(status.st_gid == 54321);
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

TEST_CASE("what is appended follows what was there") {
  const TemporaryDirectory directory;
  append_and_sync(open_to_append(directory / "file"), "one\n", directory / "file");
  const FileHandle handle = open_to_append(directory / "file");
  append_and_sync(handle, "two\n", directory / "file");
  directory.write("file", "");  // as another program might
  append_and_sync(handle, "three\n", directory / "file");
  CHECK(read_file(directory / "file") == "three\n");
  check_says(message_of<StorageError>([&] { (void)open_to_append(directory / "none/file"); }),
             {(directory / "none/file").string(), "cannot be written", "No such file"});
}

TEST_CASE("what has no room on the disk is not appended in part") {
  const TemporaryDirectory directory;
  directory.write("file", "one\n");
  const FileHandle handle = open_to_append(directory / "file");
  std::string message;
  {
    const FileSizeLimit limit(10);
    message = message_of<StorageError>(
        [&] { append_and_sync(handle, "too much for 10\n", directory / "file"); });
  }
  check_says(message, {(directory / "file").string(), "No space left", "free some space"});
  CHECK(read_file(directory / "file") == "one\n");
  append_and_sync(handle, "two\n", directory / "file");
  CHECK(read_file(directory / "file") == "one\ntwo\n");
}

TEST_CASE("a file is cut to the size that is asked for") {
  const TemporaryDirectory directory;
  directory.write("file", "one\ntw");
  const FileHandle handle = open_to_append(directory / "file");
  cut_and_sync(handle, 4, directory / "file");
  append_and_sync(handle, "2\n", directory / "file");
  CHECK(read_file(directory / "file") == "one\n2\n");
  check_says(message_of<StorageError>(
                 [&] { cut_and_sync(open_to_read(directory / "file"), 1, directory / "file"); }),
             {(directory / "file").string(), "cannot be cut"});
}

TEST_CASE("a file that is written in pieces stands in its place once it is whole") {
  const TemporaryDirectory directory;
  directory.write("file", "old");
  WholeFile file(directory / "file");
  file.write("one ");
  file.write("two");
  CHECK(read_file(directory / "file") == "old");
  file.finish();
  CHECK(read_file(directory / "file") == "one two");
  CHECK(names_in(directory.path()) == std::set<std::string>{"file"});
}

TEST_CASE("a file that is written in pieces keeps the permissions of the one before") {
  const TemporaryDirectory directory;
  std::filesystem::permissions(directory.write("file", "old"), std::filesystem::perms(0640));
  WholeFile file(directory / "file");
  file.write("new");
  file.finish();
  CHECK(std::filesystem::status(directory / "file").permissions() == std::filesystem::perms(0640));
}

TEST_CASE("nothing is left of a file that was not finished") {
  const TemporaryDirectory directory;
  directory.write("old", "old");
  { WholeFile(directory / "old").write("half"); }
  { WholeFile(directory / "new").write("half"); }
  CHECK(read_file(directory / "old") == "old");
  CHECK(names_in(directory.path()) == std::set<std::string>{"old"});
}

TEST_CASE("a link to a file stays a link") {
  const TemporaryDirectory directory;
  directory.write("there/file", "old");
  std::filesystem::create_symlink("there/file", directory / "link");
  WholeFile file(directory / "link");
  file.write("new");
  file.finish();
  CHECK(std::filesystem::is_symlink(directory / "link"));
  CHECK(read_file(directory / "there/file") == "new");
}

TEST_CASE("what is no regular file is written to as it is") {
  WholeFile null("/dev/null");
  null.write("text");
  null.finish();
  CHECK(std::filesystem::is_character_file("/dev/null"));
  const WholeFile full("/dev/full");
  check_says(message_of<StorageError>([&] { full.write("text"); }),
             {"/dev/full", "No space left", "free some space"});
}

TEST_CASE("a link to a pipe, as /dev/stdout is one, is written to as it is") {
  const TemporaryDirectory directory;
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  const FileHandle reader(ends[0]);
  const FileHandle writer(ends[1]);
  std::filesystem::create_symlink("/proc/self/fd/" + std::to_string(writer.get()),
                                  directory / "link");
  WholeFile file(directory / "link");
  file.write("text");
  file.finish();
  std::array<char, 8> read{};
  CHECK(read_some(reader, read, "pipe") == 4);
  CHECK(std::filesystem::is_symlink(directory / "link"));
}

TEST_CASE("where no file can be made is told at once") {
  const TemporaryDirectory directory;
  check_says(message_of<StorageError>([&] { WholeFile(directory / "none/file"); }),
             {(directory / "none/file").string() + ": ", "No such file"});
  check_says(message_of<StorageError>([&] { const WholeFile file(directory.path()); }),
             {directory.path().string(), "directory"});
}

TEST_CASE(
    "a scratch directory begins empty, goes with what is in it, and not when it was renamed") {
  const TemporaryDirectory directory;
  const std::filesystem::path place = directory / "here" / "scratch";
  std::filesystem::create_directories(place);
  write_file(place / "of_a_killed_process", "1");
  {
    const ScratchDirectory scratch(place);
    CHECK(std::filesystem::is_empty(place));
    std::filesystem::create_directory(place / "deep");
    write_file(place / "deep" / "file", "2");
  }
  CHECK(!std::filesystem::exists(place));
  const std::filesystem::path kept = directory / "kept";
  {
    const ScratchDirectory scratch(place);
    std::filesystem::rename(scratch.path(), kept);
  }
  CHECK(std::filesystem::exists(kept));
}
