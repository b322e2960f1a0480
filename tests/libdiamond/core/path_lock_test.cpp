#include "catch.h"
#include "support/messages.h"
#include "support/temporary_directory.h"

#include <diamond/core/error.h>
#include <diamond/core/path_lock.h>

#include <filesystem>
#include <optional>
#include <thread>

using namespace diamond;
using namespace diamond::testing;

TEST_CASE("who uses a file shares it, and nobody has it alone meanwhile") {
  const TemporaryDirectory directory;
  const auto file = directory.write("manifest.json", "{}");
  {
    const PathLock one = PathLock::shared(file);
    const PathLock other = PathLock::shared(file);
    CHECK_FALSE(PathLock::try_alone(file).has_value());
  }
  const auto alone = PathLock::try_alone(file);
  CHECK(alone.has_value());
  CHECK_FALSE(PathLock::try_alone(file).has_value());
  CHECK(names_in(directory.path()) == std::set<std::string>{"manifest.json"});
}

TEST_CASE("whether a file is held can be seen without having it, by who may only read it") {
  const TemporaryDirectory directory;
  const auto file = directory.write("file", "");
  CHECK_FALSE(PathLock::is_held(file));
  std::filesystem::permissions(file, std::filesystem::perms::owner_read);
  {
    const PathLock lock = PathLock::shared(file);
    CHECK(PathLock::is_held(file));
  }
  CHECK_FALSE(PathLock::is_held(file));
  CHECK_FALSE(PathLock::is_held(directory / "none"));
}

TEST_CASE("a directory can be had alone") {
  const TemporaryDirectory directory;
  const auto alone = PathLock::try_alone(directory.path());
  CHECK(alone.has_value());
  CHECK_FALSE(PathLock::try_alone(directory.path()).has_value());
}

TEST_CASE("a file that is taken away while somebody waits for it is not held") {
  const TemporaryDirectory directory;
  const auto file = directory.write("one/manifest.json", "{}");
  std::string said;
  {
    auto alone = PathLock::try_alone(file);
    REQUIRE(alone.has_value());
    // Whether it opens the file before or after the directory goes, it must not get it.
    std::jthread user(
        [&] { said = message_of<StorageError>([&] { (void)PathLock::shared(file); }); });
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    std::filesystem::rename(directory / "one", directory / ".removed");
    alone.reset();
  }
  check_says(said, {"one/manifest.json", "No such file"});
}

TEST_CASE("a file that is put in the place of the one that was taken away is held instead") {
  const TemporaryDirectory directory;
  const auto file = directory.write("manifest.json", "old");
  auto alone = PathLock::try_alone(file);
  REQUIRE(alone.has_value());
  std::optional<PathLock> held;
  {
    std::jthread user([&] { held = PathLock::shared(file); });
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    directory.write("new", "new");
    std::filesystem::rename(directory / "new", file);
    alone.reset();
  }
  CHECK_FALSE(PathLock::try_alone(file).has_value());
}

TEST_CASE("what is not there can neither be used nor be had alone") {
  const TemporaryDirectory directory;
  check_says(message_of<StorageError>([&] { (void)PathLock::shared(directory / "none"); }),
             {(directory / "none").string(), "No such file"});
  check_says(message_of<StorageError>([&] { (void)PathLock::try_alone(directory / "none"); }),
             {(directory / "none").string(), "No such file"});
}
