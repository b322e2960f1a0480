#include "catch.h"
#include "support/messages.h"
#include "support/temporary_directory.h"

#include <diamond/core/error.h>
#include <diamond/core/json.h>

using namespace diamond;
using namespace diamond::testing;

TEST_CASE("keys stay in the order in which they were written") {
  CHECK(parse_json(R"({"b": 1, "a": {"z": 2, "y": 3}})", "f").dump() ==
        R"({"b":1,"a":{"z":2,"y":3}})");
}

TEST_CASE("a fault in JSON is told with its line and column") {
  // In each case the fault is the first character that cannot stand where it stands.
  const auto message = [](std::string_view text) {
    return message_of<UsageError>([&] { (void)parse_json(text, "file.json"); });
  };
  check_says(message("{\n  \"a\": 1\n  \"b\": 2\n}"), {"file.json:3:5: ", "not JSON", "comma"});
  check_says(message("[1,]"), {"file.json:1:4: "});
  check_says(message(""), {"file.json:1:1: "});
  check_says(message("{\"a\": 1}\n\n}"), {"file.json:3:1: "});
}

TEST_CASE("a number that no double holds is an error") {
  check_says(message_of<UsageError>([] { (void)parse_json("[1e999]", "file.json"); }),
             {"file.json: ", "too large"});
}

TEST_CASE("a JSON file is read, and one that cannot be read is a usage error that names it") {
  const TemporaryDirectory directory;
  CHECK(read_json(directory.write("a.json", "[1, 2]")) == Json({1, 2}));
  check_says(message_of<UsageError>([&] { (void)read_json(directory / "none.json"); }),
             {(directory / "none.json").string(), "No such file"});
  const auto broken = directory.write("broken.json", "{\n");
  check_says(message_of<UsageError>([&] { (void)read_json(broken); }),
             {broken.string() + ":2:1: "});
}
