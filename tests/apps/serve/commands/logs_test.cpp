#include "catch.h"
#include "commands/commands.h"
#include "settings.h"
#include "support/exchanges.h"
#include "support/messages.h"
#include "support/temporary_directory.h"
#include "traffic/sqlite_log.h"

#include <diamond/core/error.h>

#include <algorithm>
#include <sstream>

using namespace diamond;
using namespace diamond::serve;
using namespace diamond::testing;

namespace {

/// Takes so many bytes, and then no more.
class FullDisk : public std::streambuf {
 public:
  explicit FullDisk(int room) : room_(room) {}

 protected:
  int_type overflow(int_type byte) override { return room_-- > 0 ? byte : traits_type::eof(); }

 private:
  int room_;
};

struct Fixture {
  Fixture() {
    settings.traffic.database = "sqlite:" + (directory / "traffic.db").string();
    SqliteLog rows(directory / "traffic.db", Durability::process);
    for (const char* endpoint : {"predict", "logs", "models"}) {
      Exchange one = exchange(endpoint, std::string(endpoint) == "models" ? 404 : 200);
      one.request = R"({"carat":0.5})";
      record(rows, one);
    }
  }

  TemporaryDirectory directory;
  Settings settings;
  std::ostringstream said;
  Log log{said, LogFormat::text};

  void run(const CommandValues& values, std::ostream& out) {
    const std::vector<Command> commands = logs_commands();
    REQUIRE(commands.size() == 1);
    commands.front().run(values, settings, out, log);
  }
  /// The lines that it prints.
  std::vector<std::string> lines(const CommandValues& values = {}) {
    std::stringstream out;
    run(values, out);
    std::vector<std::string> lines;
    for (std::string line; std::getline(out, line);) lines.push_back(line);
    return lines;
  }
  std::string error(const CommandValues& values) {
    return message_of<UsageError>([&] { (void)lines(values); });
  }
};

}  // namespace

TEST_CASE("an export has an entry in each line, of every endpoint, the oldest first") {
  Fixture f;
  const std::vector<std::string> lines = f.lines();
  REQUIRE(lines.size() == 3);
  CHECK(Json::parse(lines[0])["endpoint"] == "predict");
  CHECK(Json::parse(lines[0])["request"]["carat"] == 0.5);
  CHECK(Json::parse(lines[2])["endpoint"] == "models");
  check_says(f.said.str(), {"exported", "exchanges=3", f.settings.traffic.database});
}

TEST_CASE("an export as CSV has the columns' names in its first line") {
  Fixture f;
  const std::vector<std::string> lines = f.lines({{"--format", "csv"}, {"--status", "2xx"}});
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].starts_with("id,timestamp,request_id,"));
  CHECK(lines[1].find(",predict,POST,/predict,200,") != std::string::npos);
}

TEST_CASE("an export holds what was chosen") {
  Fixture f;
  CHECK(f.lines({{"--endpoint", "logs"}}).size() == 1);
  CHECK(f.lines({{"--status", "404"}}).size() == 1);
  CHECK(f.lines({{"--since", "2126-01-01"}}).empty());
  CHECK(f.lines({{"--until", "2126-01-01"}}).size() == 3);
  CHECK(f.lines({{"--model", "none"}}).empty());
  CHECK(f.lines({{"--request-id", "request-7"}}).size() == 3);
}

TEST_CASE("what is wrong with an export's options is told by their names") {
  Fixture f;
  check_says(f.error({{"--since", "yesterday"}}), {"--since", "must be a day", "'yesterday'"});
  check_says(f.error({{"--request-id", "a b"}}), {"--request-id", "letters"});
  check_says(f.error({{"--status", "4"}}), {"--status", "404", "4xx"});
  check_says(f.error({{"--format", "xml"}}), {"--format", "jsonl or csv", "'xml'"});
}

TEST_CASE("a log that is not there is an error, and none is made") {
  Fixture f;
  f.settings.traffic.database = "sqlite:" + (f.directory / "other.db").string();
  check_says(message_of<StorageError>([&] { (void)f.lines(); }), {"other.db", "no such file"});
  CHECK_FALSE(std::filesystem::exists(f.directory / "other.db"));
  f.settings.traffic.database = "none";
  check_says(f.error({}), {"--database", "none holds no log"});
}

TEST_CASE("an export that cannot be written is an error") {
  Fixture f;
  FullDisk disk(100);
  std::ostream out(&disk);
  check_says(message_of<StorageError>([&] { f.run({}, out); }), {"stdout", "cannot be written"});
}

TEST_CASE("an export is offered of every endpoint that is logged, and takes what it offers") {
  Fixture f;
  const std::vector<CommandValue> values = logs_commands().front().values;
  const auto endpoint = std::find_if(values.begin(), values.end(), [](const CommandValue& value) {
    return value.name == "--endpoint";
  });
  REQUIRE(endpoint != values.end());
  REQUIRE(endpoint->words.size() == logged_endpoints.size() + 1);
  CHECK(std::equal(logged_endpoints.begin(), logged_endpoints.end(), endpoint->words.begin()));
  CHECK(endpoint->words.back() == "all");
  for (const std::string_view word : endpoint->words)
    CHECK_NOTHROW(f.lines({{"--endpoint", std::string(word)}}));
}
