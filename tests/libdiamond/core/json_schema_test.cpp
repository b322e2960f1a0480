#include "catch.h"
#include "support/messages.h"

#include <diamond/core/error.h>
#include <diamond/core/json_schema.h>

using namespace diamond;
using namespace diamond::testing;

namespace {

const Json& schema() {
  static const Json parsed = Json::parse(R"({
    "type": "object", "additionalProperties": false, "required": ["name"],
    "properties": {
      "name": {"type": "string"},
      "share": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1, "default": 0.2},
      "depth": {"type": "integer", "minimum": 1, "maximum": 9},
      "mode": {"enum": ["each", "merged"], "default": "each"},
      "path": {"type": ["string", "array"], "items": {"type": "string"}, "minItems": 1},
      "models": {"type": "array", "minItems": 1, "items": {
        "type": "object", "additionalProperties": false, "required": ["kind"],
        "properties": {"kind": {"type": "string"}, "size": {"type": "integer", "default": 3}}}},
      "inner": {"type": "object", "properties": {
        "deep": {"type": "boolean", "default": true}, "free": {"type": "number"}}}
    }})");
  return parsed;
}

std::string fault_of(std::string_view document) {
  return message_of<UsageError>(
      [&] { check_against_schema(Json::parse(document), schema(), "file.json"); });
}

}  // namespace

TEST_CASE("a document that is as the schema says passes") {
  check_against_schema(
      Json::parse(R"({"name": "n", "share": 0.5, "depth": 1, "mode": "merged", "path": ["a"],
                      "models": [{"kind": "k"}], "inner": {"deep": false, "unknown": 1}})"),
      schema(), "file.json");
}

TEST_CASE("a fault is told with its pointer and with what is allowed there") {
  check_says(fault_of(R"({"name": 7})"),
             {"file.json#/name: ", "7 is not allowed", "allowed is type string"});
  check_says(fault_of(R"({"name": "n", "share": 1})"),
             {"file.json#/share: ", "1 is not", "type number", "above 0", "below 1"});
  check_says(fault_of(R"({"name": "n", "share": 0})"), {"file.json#/share: "});
  check_says(fault_of(R"({"name": "n", "depth": 10})"),
             {"file.json#/depth: ", "type integer", "at least 1", "at most 9"});
  check_says(fault_of(R"({"name": "n", "depth": 0})"), {"file.json#/depth: "});
  check_says(fault_of(R"({"name": "n", "depth": 1.5})"), {"file.json#/depth: "});
  check_says(fault_of(R"({"name": "n", "mode": "both"})"),
             {"file.json#/mode: ", "\"both\"", "one of \"each\", \"merged\""});
  check_says(fault_of(R"({"name": "n", "path": 1})"),
             {"file.json#/path: ", "type string or array"});
  check_says(fault_of(R"({"name": "n", "path": []})"), {"file.json#/path: ", "at least 1 long"});
  check_says(fault_of(R"({"name": "n", "path": ["a", 2]})"),
             {"file.json#/path/1: ", "type string"});
}

TEST_CASE("a number in quotes is not a number") {
  check_says(fault_of(R"({"name": "n", "depth": "3"})"), {"file.json#/depth: ", "type integer"});
}

TEST_CASE("an unknown key is told with the nearest known one") {
  check_says(fault_of(R"({"name": "n", "shares": 0.5})"),
             {"file.json#/shares: ", "unknown key 'shares'", "did you mean 'share'?",
              "known are name, share, depth"});
  const std::string strange = fault_of(R"({"name": "n", "qqqqqqqqqq": 0.5})");
  check_says(strange, {"unknown key 'qqqqqqqqqq'", "known are name"});
  CHECK(strange.find("did you mean") == std::string::npos);
}

TEST_CASE("a missing key is told with the object that lacks it") {
  check_says(fault_of(R"({"share": 0.5})"), {"file.json#: ", "the key 'name' is missing"});
  check_says(fault_of(R"({"name": "n", "models": [{"kind": "k"}, {}]})"),
             {"file.json#/models/1: ", "the key 'kind' is missing"});
}

TEST_CASE("the innermost fault is the one that is told") {
  check_says(fault_of(R"({"name": "n", "models": [{"kind": "k", "size": "big"}]})"),
             {"file.json#/models/0/size: ", "\"big\" is not allowed here", "type integer"});
  check_says(fault_of(R"({"name": "n", "models": [{"kind": "k", "kinds": 1}]})"),
             {"file.json#/models/0/kinds: ", "did you mean 'kind'?"});
}

TEST_CASE("a pointer goes on where the place has one already") {
  const Json rule = Json::parse(R"({"type": "object", "properties": {"a": {"type": "number"}}})");
  const std::string message = message_of<UsageError>([&] {
    check_against_schema(Json::parse(R"({"a": "x"})"), rule, "file.json#/models/0/params");
  });
  check_says(message, {"file.json#/models/0/params/a: "});
}

TEST_CASE("a key with a slash is escaped in its pointer") {
  check_says(fault_of(R"({"name": "n", "a/b": 1})"), {"file.json#/a~1b: "});
}

TEST_CASE("absent members get their defaults, given ones stay") {
  const Json filled = with_defaults(
      Json::parse(R"({"mode": "merged", "inner": {"free": 1}, "models": [{}]})"), schema());
  CHECK(filled == Json::parse(R"({"mode": "merged", "inner": {"free": 1, "deep": true},
                                  "models": [{}], "share": 0.2})"));
}
