#include "support/keys.h"

#include "access/key_file.h"
#include "catch.h"
#include "commands/commands.h"
#include "settings.h"
#include "support/messages.h"

#include <diamond/core/error.h>
#include <diamond/core/hash.h>

#include <algorithm>
#include <sstream>

using namespace diamond;
using namespace diamond::serve;
using namespace diamond::testing;

namespace {

struct Fixture {
  Fixture() { settings.api_keys = (directory / "keys.json").string(); }

  TemporaryDirectory directory;
  Settings settings;
  std::ostringstream said;
  Log log{said, LogFormat::text};

  /// What it prints.
  std::string run(const std::string& name, const CommandValues& values = {}) {
    const std::vector<Command> commands = keys_commands();
    const auto command = std::find_if(commands.begin(), commands.end(),
                                      [&](const Command& one) { return one.name == name; });
    REQUIRE(command != commands.end());
    std::ostringstream out;
    command->run(values, settings, out, log);
    return out.str();
  }
  std::string error(const std::string& name, const CommandValues& values = {}) {
    return message_of<UsageError>([&] { (void)run(name, values); });
  }
  [[nodiscard]] std::vector<ApiKey> keys() const {
    return parse_api_keys(read_key_file(settings.api_keys), settings.api_keys);
  }
};

}  // namespace

TEST_CASE("a key that is added is printed, and the file has its hash") {
  Fixture f;
  const std::string printed =
      f.run("add", {{"NAME", "shop"}, {"--role", "predict"}, {"--rate", "2.5"}, {"--burst", "9"}});
  REQUIRE(printed.size() == 47);
  CHECK(printed.back() == '\n');
  const std::string secret = printed.substr(0, 46);
  CHECK(f.keys() == std::vector<ApiKey>{{"shop", sha256_hex(secret), Role::predict, Rate{2.5, 9}}});
  check_says(f.said.str(), {"a key was added", "name=shop", "role=predict", f.settings.api_keys});
  CHECK(f.said.str().find(secret) == std::string::npos);
  CHECK(read_key_file(f.settings.api_keys).find(secret) == std::string::npos);
}

TEST_CASE("keys are listed without their hashes, and removed") {
  Fixture f;
  f.run("add", {{"NAME", "shop"}, {"--role", "predict"}, {"--rate", "50"}});
  f.run("add", {{"NAME", "observer"}, {"--role", "read-logs"}});
  CHECK(f.run("list") ==
        "shop      predict    50/s, 50 at once\n"
        "observer  read-logs  no limit\n");
  CHECK(f.run("remove", {{"NAME", "shop"}}).empty());
  CHECK(f.run("list") == "observer  read-logs  no limit\n");
  check_says(f.said.str(), {"a key was removed name=shop"});
}

TEST_CASE("a key that cannot be is told, and no file is made for it") {
  Fixture f;
  const auto error = [&](CommandValues more) {
    more.insert({{"NAME", "shop"}, {"--role", "predict"}});
    return f.error("add", more);
  };
  check_says(error({{"NAME", "the shop"}}), {"NAME", "'the shop'"});
  check_says(error({{"--role", "king"}}), {"--role", "'king'", "predict, read-logs, admin"});
  for (const char* rate : {"0", "-1", "1e7", "fast", "", "5/s", "nan", "inf"})
    check_says(error({{"--rate", rate}}), {"--rate", "above 0"});
  check_says(error({{"--rate", "5"}, {"--burst", "0.5"}}), {"--burst", "from 1"});
  check_says(error({{"--burst", "5"}}), {"--burst", "add --rate"});
  CHECK(names_in(f.directory.path()).empty());
}

TEST_CASE("without a file of keys a command says how one is named") {
  Fixture f;
  f.settings.api_keys.clear();
  for (const char* name : {"add", "list", "remove"})
    check_says(f.error(name, {{"NAME", "shop"}, {"--role", "predict"}}),
               {"--api-keys FILE", "DIAMOND_SERVE_API_KEYS", "api_keys"});
}
