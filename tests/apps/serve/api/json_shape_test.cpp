#include "api/json_shape.h"

#include "catch.h"

#include <string>

using namespace diamond::serve;

namespace {

std::string object_of(std::size_t members) {
  std::string text = "{";
  for (std::size_t i = 0; i < members; ++i)
    text += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":0";
  return text + "}";
}

std::string nested(std::size_t levels) {
  return std::string(levels, '[') + std::string(levels, ']');
}

}  // namespace

TEST_CASE("JSON of an ordinary shape is sound") {
  for (const char* text :
       {"{}", "[]", "1", "\"a\"", "null", R"({"a":[{"b":1},{"b":2.5}],"c":true})"})
    CHECK(shape_of(text).is_sound());
  CHECK(shape_of(object_of(JsonShape::most_members)).is_sound());
  CHECK(shape_of(nested(JsonShape::most_levels)).is_sound());
}

TEST_CASE("what would make a tree dear is found, wherever it stands") {
  CHECK(shape_of(object_of(JsonShape::most_members + 1)).is_too_wide);
  CHECK(shape_of("[1,{\"a\":" + object_of(100'000) + "}]").is_too_wide);
  CHECK(shape_of(nested(JsonShape::most_levels + 1)).is_too_deep);
  CHECK(shape_of(nested(100'000)).is_too_deep);
}

TEST_CASE("what is no JSON is told with the byte, and a number too large with its member") {
  CHECK(shape_of(R"({"a":1,})").fault_at == 8);
  CHECK(shape_of("").fault_at == 1);
  CHECK(shape_of("{\"\xff\":1}").fault_at.has_value());
  CHECK(shape_of(R"({"a":1,"b":[{"c":1e999}]})").too_large_at == "b");
}

TEST_CASE("members that an object has more than once are told, of the outermost one each once") {
  const JsonShape shape = shape_of(R"({"a":1,"b":2,"a":3,"a":4,"c":{"a":1,"d":1,"d":2}})");
  CHECK(shape.repeated == std::vector<std::string>{"a"});
  CHECK(shape.repeated_within == "d");
  CHECK_FALSE(shape_of(R"([{"a":1},{"a":1}])").repeated_within.has_value());
}
