#include "catch.h"
#include "support/messages.h"

#include <diamond/core/error.h>
#include <diamond/tuning/search_space.h>

using namespace diamond;
using namespace diamond::testing;

namespace {

const std::string whole_space = R"({
  "learning_rate": {"type": "float", "min": 0.001, "max": 0.5, "log": true},
  "subsample": {"type": "float", "min": 0.5, "max": 1},
  "max_depth": {"type": "int", "min": 3, "max": 12},
  "trees": {"type": "int", "min": 10, "max": 1000, "log": true},
  "/members/0/kind": {"type": "categorical", "values": ["linear", null, 3, {"a": [1]}]}})";

SearchSpace parse(std::string_view text) {
  return parse_search_space(Json::parse(text), "file.json#/space");
}

std::string fault_of(std::string_view text) {
  return message_of<UsageError>([&] { (void)parse(text); });
}

std::string fault_of_value(std::string_view params, std::string_view values) {
  return message_of<UsageError>(
      [&] { (void)with_values(Json::parse(params), Json::parse(values)); });
}

Json put(std::string_view params, std::string_view values) {
  return with_values(Json::parse(params), Json::parse(values));
}

}  // namespace

TEST_CASE("a search space is read in the order of its names") {
  const SearchSpace space = parse(whole_space);
  REQUIRE(space.size() == 5);
  const auto& rate = std::get<FloatRange>(space[0].range);
  CHECK(space[0].name == "learning_rate");
  CHECK(rate.low == 0.001);
  CHECK(rate.high == 0.5);
  CHECK(rate.scale == Scale::logarithmic);
  CHECK(std::get<FloatRange>(space[1].range).scale == Scale::linear);
  CHECK(std::get<IntRange>(space[2].range).low == 3);
  CHECK(std::get<IntRange>(space[2].range).high == 12);
  CHECK(std::get<IntRange>(space[3].range).scale == Scale::logarithmic);
  CHECK(space[4].name == "/members/0/kind");
  CHECK(std::get<Choices>(space[4].range).values.size() == 4);
}

TEST_CASE("a search space is written as it is read") {
  CHECK(to_json(parse(whole_space)) == Json::parse(whole_space));
}

TEST_CASE("a space without dimensions is an error") {
  check_says(fault_of("{}"), {"file.json#/space: ", "no dimension", "\"type\": \"float\""});
  check_says(fault_of("[1]"), {"file.json#/space: ", "no dimension"});
}

TEST_CASE("a type that is missing or not known is told with the known ones and the nearest") {
  check_says(fault_of(R"({"x": {"min": 1}})"), {"file.json#/space/x: ", "float, int, categorical"});
  check_says(fault_of(R"({"x": 1})"), {"file.json#/space/x: ", "float, int, categorical"});
  check_says(fault_of(R"({"x": {"type": "flaot"}})"),
             {"file.json#/space/x/type: ", "flaot", "did you mean 'float'?",
              "the types are float, int, categorical"});
  check_says(fault_of(R"({"x": {"type": 7}})"), {"file.json#/space/x/type: ", "the types are"});
}

TEST_CASE("a key that is not known or missing is told with the nearest known one") {
  check_says(fault_of(R"({"x": {"type": "int", "min": 1, "maxx": 2, "max": 2}})"),
             {"file.json#/space/x/maxx: ", "did you mean 'max'?", "type, min, max, log"});
  check_says(fault_of(R"({"x": {"type": "categorical", "value": [1]}})"),
             {"file.json#/space/x/value: ", "did you mean 'values'?"});
  check_says(fault_of(R"({"x": {"type": "int", "min": 1}})"),
             {"file.json#/space/x: ", "the key 'max' is missing"});
}

TEST_CASE("the ends of a range are numbers, whole for an int") {
  check_says(fault_of(R"({"x": {"type": "float", "min": "1", "max": 2}})"),
             {"file.json#/space/x/min: ", "type number"});
  check_says(fault_of(R"({"x": {"type": "int", "min": 1, "max": 2.5}})"),
             {"file.json#/space/x/max: ", "type integer"});
  check_says(fault_of(R"({"x": {"type": "int", "min": 1, "max": 18446744073709551615}})"),
             {"file.json#/space/x/max: ", "too large"});
  check_says(fault_of(R"({"x": {"type": "float", "min": -1e308, "max": 1e308}})"),
             {"file.json#/space/x: ", "wider"});
  Json endless = Json::parse(R"({"x": {"type": "float", "min": 0, "max": 1}})");
  endless["x"]["max"] = std::numeric_limits<double>::infinity();
  check_says(message_of<UsageError>([&] { (void)parse_search_space(endless, "f#"); }),
             {"f#/x/max: "});
}

TEST_CASE("a range that is reversed or has no logarithm is an error") {
  check_says(fault_of(R"({"x": {"type": "float", "min": 2, "max": 1}})"),
             {"file.json#/space/x: ", "reversed"});
  check_says(fault_of(R"({"x": {"type": "int", "min": 2, "max": 1}})"), {"reversed"});
  check_says(fault_of(R"({"x": {"type": "float", "min": 0, "max": 1, "log": true}})"),
             {"file.json#/space/x/min: ", "above 0"});
  check_says(fault_of(R"({"x": {"type": "int", "min": 0, "max": 1, "log": true}})"), {"above 0"});
  CHECK(parse(R"({"x": {"type": "int", "min": 1, "max": 1, "log": true}})").size() == 1);
}

TEST_CASE("a list of choices has at least one, and none twice") {
  check_says(fault_of(R"({"x": {"type": "categorical", "values": []}})"),
             {"file.json#/space/x/values: ", "at least 1"});
  check_says(fault_of(R"({"x": {"type": "categorical", "values": ["a", 1, 1.0]}})"),
             {"file.json#/space/x/values/2: ", "twice"});
}

TEST_CASE("a name is escaped in the place of an error; one with a slash in front is a pointer") {
  check_says(fault_of(R"({"a/b": {"type": "x"}})"), {"file.json#/space/a~1b/type: "});
  check_says(fault_of(R"({"/a~b": {"type": "int", "min": 0, "max": 1}})"),
             {"file.json#/space/~1a~0b: ", "no JSON pointer"});
}

TEST_CASE("a place without a pointer gets one") {
  check_says(message_of<UsageError>([] { (void)parse_search_space(Json::parse("{}"), "file"); }),
             {"file#: "});
}

TEST_CASE("a point becomes values and the values become the same point") {
  const SearchSpace space = parse(whole_space);
  const Point point = {0.1 + 0.2, 0.5, 12, 10, 3};
  const Json values = values_of(space, point);
  CHECK(values.dump() ==
        R"({"learning_rate":0.30000000000000004,"subsample":0.5,"max_depth":12,"trees":10,)"
        R"("/members/0/kind":{"a":[1]}})");
  CHECK(point_of(space, values) == point);
  CHECK(point_of(space, Json::parse(values.dump())) == point);
}

TEST_CASE("values that are missing or out of range are no point") {
  const SearchSpace space = parse(R"({"x": {"type": "float", "min": 0, "max": 1},
                                      "k": {"type": "int", "min": 1, "max": 3},
                                      "c": {"type": "categorical", "values": ["a", "b"]}})");
  const auto point = [&](std::string_view values) { return point_of(space, Json::parse(values)); };
  CHECK(point(R"({"x": 1, "k": 3, "c": "b"})") == Point{1, 3, 1});
  CHECK_FALSE(point(R"({"x": 1, "k": 3})"));
  CHECK_FALSE(point(R"({"x": 1.5, "k": 3, "c": "b"})"));
  CHECK_FALSE(point(R"({"x": null, "k": 3, "c": "b"})"));
  CHECK_FALSE(point(R"({"x": 1, "k": 2.5, "c": "b"})"));
  CHECK_FALSE(point(R"({"x": 1, "k": 4, "c": "b"})"));
  CHECK_FALSE(point(R"({"x": 1, "k": "3", "c": "b"})"));
  CHECK_FALSE(point(R"({"x": 1, "k": 3, "c": "B"})"));
  CHECK_FALSE(point("[]"));
}

TEST_CASE("values are put in by name, and by pointer") {
  CHECK(put(R"({"a": 1, "b": 2})", R"({"b": 3, "c": [4]})") ==
        Json::parse(R"({"a": 1, "b": 3, "c": [4]})"));
  CHECK(put(R"({"members": [{"params": {"x": 1}}, {"params": {}}]})",
            R"({"/members/1/params/x": 2, "/members/0/params/x": 3, "/a~1b": 4})") ==
        Json::parse(R"({"members": [{"params": {"x": 3}}, {"params": {"x": 2}}], "a/b": 4})"));
  CHECK(put(R"({"members": [{}]})", R"({"/members/0/params/x": 2})") ==
        Json::parse(R"({"members": [{"params": {"x": 2}}]})"));
  CHECK(put(R"({"list": [1, 2]})", R"({"/list/1": 5})") == Json::parse(R"({"list": [1, 5]})"));
}

TEST_CASE("a pointer that leads nowhere is an error that says where it stops") {
  check_says(fault_of_value(R"({"a": 1})", R"({"/a/b": 2})"),
             {"/a/b: ", "'b'", "'1'", "no object or list"});
  check_says(fault_of_value(R"({"a": [1]})", R"({"/a/1": 2})"),
             {"/a/1: ", "no element '1' in a list of 1"});
  check_says(fault_of_value(R"({"a": [1]})", R"({"/a/-": 2})"), {"/a/-: ", "no element '-'"});
  check_says(fault_of_value(R"({"a": [1, 2]})", R"({"/a/01": 2})"), {"no element '01'"});
  check_says(fault_of_value(R"({"a": [1]})", R"({"/a/x": 2})"), {"no element 'x'"});
  check_says(fault_of_value("5", R"({"a": 2})"), {"a: ", "no object or list"});
  check_says(fault_of_value("{}", R"({"/a~2": 2})"), {"no JSON pointer"});
}
