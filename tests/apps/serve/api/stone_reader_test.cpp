#include "api/stone_reader.h"

#include "api/field_reader.h"
#include "catch.h"
#include "support/requests.h"

#include <diamond/core/json.h>

using namespace diamond;
using namespace diamond::serve;
using namespace diamond::testing;

namespace {

const std::string whole =
    R"({"carat":0.5,"cut":"Very Good","color":"E","clarity":"VVS1","depth":61,"table":55.5,"x":6.5,"y":6.4,"z":4e0})";

std::string without_end(std::string text) {
  text.pop_back();
  return text;
}

}  // namespace

TEST_CASE("a stone is read in whatever order its fields come") {
  for (const std::string& text :
       {whole,
        std::string(" { \"z\" : 4.0 , "
                    "\"y\":6.4,\"x\":6.5,\"table\":55.5,\"depth\":6.1e1,\"clarity\":\"VVS1\",\n"
                    "\"color\":\"\\u0045\",\"cut\":\"Very Good\",\"carat\":0.5}\n")}) {
    const std::optional<Diamond> stone = read_stone(text);
    REQUIRE(stone.has_value());
    CHECK(stone->carat == 0.5);
    CHECK(stone->cut == Cut::very_good);
    CHECK(stone->color == Color::E);
    CHECK(stone->clarity == Clarity::VVS1);
    CHECK(stone->depth == 61);
    CHECK(stone->table == 55.5);
    CHECK(stone->x == 6.5);
    CHECK(stone->y == 6.4);
    CHECK(stone->z == 4);
  }
}

TEST_CASE("a text of which there is something to say is left to those who say it") {
  const auto with = [](const std::string& field, const Json& value) {
    Json json = Json::parse(whole);
    json[field] = value;
    return json.dump();
  };
  const auto without = [](const std::string& field) {
    Json json = Json::parse(whole);
    json.erase(field);
    return json.dump();
  };
  for (const std::string& text : {std::string(),
                                  std::string("{}"),
                                  std::string("[]"),
                                  std::string("null"),
                                  std::string("1"),
                                  without_end(whole),
                                  whole + "x",
                                  whole + whole,
                                  whole + std::string(5000, ' '),
                                  "[" + whole + "]",
                                  without_end(whole) + R"(,"carat":0.5})",
                                  without_end(whole) + R"(,"note":1})",
                                  without_end(whole) + R"(,"price":1})",
                                  with("carat", 0),
                                  with("carat", -1),
                                  with("carat", 100.5),
                                  with("carat", "0.5"),
                                  with("carat", nullptr),
                                  with("carat", true),
                                  with("carat", Json::array({0.5})),
                                  with("carat", Json::object()),
                                  with("cut", 5),
                                  with("cut", "very good"),
                                  with("color", "Z"),
                                  with("clarity", nullptr),
                                  without("carat"),
                                  without("z"),
                                  without("clarity"),
                                  std::string(R"({"carat":1e999})"),
                                  std::string("\xff")}) {
    INFO(text);
    CHECK_FALSE(read_stone(text).has_value());
  }
}
