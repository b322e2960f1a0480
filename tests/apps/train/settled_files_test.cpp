#include "settled_files.h"

#include "catch.h"
#include "support/temporary_directory.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <fstream>

using namespace diamond::testing;
using namespace diamond::train;
using namespace std::chrono_literals;
using Names = std::set<std::string>;

namespace {

/// A folder that is looked at, with a clock of its own.
struct Fixture {
  TemporaryDirectory directory;
  SettledFiles files{{directory.path()}, 5s};
  SettledFiles::Clock::time_point now = SettledFiles::Clock::now();

  /// The names of those that are whole, so much later than at the last look.
  Names after(SettledFiles::Clock::duration time) {
    now += time;
    files.look(now);
    Names names;
    for (const auto& [file, look] : files.whole()) names.insert(file.filename().string());
    return names;
  }

  void append(const std::string& name) const {
    std::ofstream(directory / name, std::ios::app) << "more\n";
  }
};

}  // namespace

TEST_CASE("a file is whole when nothing happened to it for as long as was asked") {
  Fixture f;
  f.directory.write("a.csv", "1");
  CHECK(f.after(0s).empty());
  CHECK_FALSE(f.files.all_are_whole());
  CHECK(f.after(4s).empty());
  CHECK(f.after(1s) == Names{"a.csv"});
  CHECK(f.files.all_are_whole());
}

TEST_CASE("a file that grows in stalls is waited for") {
  Fixture f;
  f.append("a.csv");
  CHECK(f.after(0s).empty());
  for (int i = 0; i < 5; ++i) {
    CHECK(f.after(4s).empty());
    f.append("a.csv");
    CHECK(f.after(1s).empty());
  }
  CHECK(f.after(5s) == Names{"a.csv"});
}

TEST_CASE("a file that somebody has open for writing is not whole, however quiet it is") {
  Fixture f;
  {
    std::ofstream writer(f.directory / "a.csv");
    writer << "half" << std::flush;
    CHECK(is_open_for_writing(f.directory / "a.csv"));
    f.directory.write("b.csv", "1");
    CHECK(f.after(0s).empty());
    CHECK(f.after(60s) == Names{"b.csv"});
    CHECK_FALSE(f.files.all_are_whole());
  }
  CHECK_FALSE(is_open_for_writing(f.directory / "a.csv"));
  CHECK(f.after(1s) == Names{"a.csv", "b.csv"});
}

TEST_CASE("a file that changes or is replaced by another is looked at anew") {
  Fixture f;
  f.directory.write("a.csv", "1");
  (void)f.after(0s);
  CHECK(f.after(5s) == Names{"a.csv"});
  f.append("a.csv");
  CHECK(f.after(1s).empty());
  CHECK(f.after(5s) == Names{"a.csv"});
  const FileLooks before = f.files.whole();
  f.directory.write("new", "1more\n");  // as long as the one before
  std::filesystem::rename(f.directory / "new", f.directory / "a.csv");
  CHECK(f.after(1s).empty());
  CHECK(f.after(5s) == Names{"a.csv"});
  CHECK(f.files.whole() != before);
}

TEST_CASE("a file that goes is forgotten") {
  Fixture f;
  f.directory.write("a.csv", "1");
  (void)f.after(0s);
  CHECK(f.after(5s) == Names{"a.csv"});
  std::filesystem::remove(f.directory / "a.csv");
  CHECK(f.after(1s).empty());
  CHECK(f.files.all_are_whole());
}

TEST_CASE("names of files on their way, directories and pipes are passed over") {
  Fixture f;
  for (const char* name : {".a.csv", "a.csv.part", "a.csv.tmp", "a.tmp", "deeper.csv/a.csv"})
    f.directory.write(name, "1");
  REQUIRE(::mkfifo((f.directory / "pipe.csv").c_str(), 0600) == 0);
  (void)f.after(0s);
  CHECK(f.after(60s).empty());
  CHECK(f.files.all_are_whole());
}

TEST_CASE("a file whose content is of old but that has come just now is waited for") {
  Fixture f;
  const auto file = f.directory.write("a.csv", "1");
  // As `cp -p` leaves it: its content is from the year 2020, its name from now.
  const std::array<timespec, 2> times = {{{1'577'836'800, 0}, {1'577'836'800, 0}}};
  REQUIRE(::utimensat(AT_FDCWD, file.c_str(), times.data(), 0) == 0);
  CHECK(f.after(0s).empty());
  CHECK(f.after(5s) == Names{"a.csv"});
}
