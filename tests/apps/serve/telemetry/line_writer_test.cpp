#include "telemetry/line_writer.h"

#include "catch.h"
#include "support/messages.h"
#include "support/temporary_directory.h"

#include <diamond/core/error.h>
#include <diamond/core/file.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <optional>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

using namespace diamond;
using namespace diamond::serve;
using namespace diamond::testing;
using namespace std::chrono_literals;

namespace {

struct Fixture {
  TemporaryDirectory directory;
  std::filesystem::path file = directory / "access.log";
  std::ostringstream said;
  Log log{said, LogFormat::text};

  /// What the file holds once it has so many bytes.
  [[nodiscard]] std::string content(std::size_t bytes) const {
    for (int i = 0; i < 3000; ++i) {
      if (std::filesystem::exists(file) && std::filesystem::file_size(file) >= bytes) break;
      std::this_thread::sleep_for(10ms);
    }
    return read_file(file);
  }
};

/// A pipe with a name, and a reader that reads when it is asked to.
class Pipe {
 public:
  explicit Pipe(const std::filesystem::path& file) {
    std::signal(SIGPIPE, SIG_IGN);  // as the program does
    REQUIRE(::mkfifo(file.c_str(), 0600) == 0);
    reader_.emplace(::open(file.c_str(), O_RDONLY | O_NONBLOCK));
    REQUIRE(reader_->number() >= 0);
  }

  /// What has come so far.
  std::string read() {
    std::string text;
    std::array<char, 4096> buffer{};
    ssize_t count = 0;
    while ((count = ::read(reader_->number(), buffer.data(), buffer.size())) > 0)
      text.append(buffer.data(), static_cast<std::size_t>(count));
    return text;
  }

  void close() { reader_.reset(); }

 private:
  std::optional<Descriptor> reader_;
};

}  // namespace

TEST_CASE("lines are appended in their order") {
  Fixture f;
  f.directory.write("access.log", "before\n");
  {
    LineWriter lines(f.file, f.log);
    lines.write("one\n");
    lines.write("two\n");
  }
  CHECK(read_file(f.file) == "before\none\ntwo\n");
  CHECK(f.said.str().empty());
}

TEST_CASE("lines of many threads stay whole, and none is lost") {
  Fixture f;
  {
    LineWriter lines(f.file, f.log);
    std::vector<std::jthread> threads;
    for (const char name : {'a', 'b', 'c', 'd'})
      threads.emplace_back([&lines, name] {
        for (int i = 0; i < 2000; ++i) lines.write(std::string(60, name) + "\n");
      });
  }
  std::istringstream content(read_file(f.file));
  std::size_t whole = 0;
  for (std::string line; std::getline(content, line);)
    if (line == std::string(60, line[0])) ++whole;
  CHECK(whole == 8000);
}

TEST_CASE("a file that was moved away is made anew") {
  Fixture f;
  LineWriter lines(f.file, f.log);
  lines.write("old\n");
  CHECK(f.content(4) == "old\n");
  std::filesystem::rename(f.file, f.directory / "access.log.1");
  lines.write("new\n");
  CHECK(f.content(4) == "new\n");
  CHECK(read_file(f.directory / "access.log.1") == "old\n");
}

TEST_CASE("a file that cannot be opened is an error") {
  Fixture f;
  check_says(message_of<StorageError>([&] { LineWriter(f.directory / "none/a.log", f.log); }),
             {"none/a.log", "cannot be written"});
  REQUIRE(::mkfifo(f.file.c_str(), 0600) == 0);  // and nobody reads from it
  CHECK_THROWS_AS(LineWriter(f.file, f.log), StorageError);
}

TEST_CASE("who writes to a pipe that nobody empties goes on, and lines are lost and counted") {
  Fixture f;
  Pipe pipe(f.file);
  const std::string line = std::string(999, 'x') + "\n";
  {
    LineWriter lines(f.file, f.log);
    for (std::size_t bytes = 0; bytes < 2 * LineWriter::most_waiting; bytes += line.size())
      lines.write(line);
  }
  check_says(f.said.str(), {"lines of the access log are lost", "lost="});
  const std::string came = pipe.read();
  CHECK_FALSE(came.empty());
  CHECK(came.size() % line.size() == 0);
}

TEST_CASE("a reader that goes away costs its lines, and the log says so") {
  Fixture f;
  Pipe pipe(f.file);
  {
    LineWriter lines(f.file, f.log);
    pipe.close();
    lines.write("nobody reads this\n");
  }
  check_says(f.said.str(), {"lines of the access log are lost", "lost=1"});
}
