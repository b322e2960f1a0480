#include "catch.h"
#include "support/stones.h"

#include <diamond/trust/warning_json.h>

using namespace diamond;
using namespace diamond::testing;

namespace {

template <class Told>
std::string written(const Told& warning) {
  std::string text;
  append(text, warning);
  return text;
}

}  // namespace

TEST_CASE("a warning has its field and its sentence, then its code, and of the facts what it has") {
  CHECK(written(Warning{Field::depth, "a sentence"}) ==
        R"({"field":"depth","message":"a sentence","code":"contradiction"})");
}

TEST_CASE("an assumption tells its value and what it follows from, in the price list's order") {
  const Warning warning{Field::z,
                        "z is not given",
                        WarningCode::assumed,
                        {{Quantity::z, 3.98}},
                        {Field::x, Field::y, Field::depth}};
  CHECK(written(warning) ==
        R"({"field":"z","message":"z is not given","code":"assumed","suggested":{"z":3.98},)"
        R"("from":["depth","x","y"]})");
}

TEST_CASE("several numbers that were meant stand side by side") {
  const Warning warning{Field::z,
                        "z and x look exchanged",
                        WarningCode::exchanged,
                        {{Quantity::z, 4}, {Quantity::x, 6.5}}};
  CHECK(Json::parse(written(warning))["suggested"] == Json({{"z", 4.0}, {"x", 6.5}}));
}

TEST_CASE("a number outside the training range tells the range") {
  Warning warning{Field::table, "table 75 % is outside", WarningCode::outside_range};
  warning.range = Range{50, 70};
  const Json json = Json::parse(written(warning));
  CHECK(json["code"] == "outside-range");
  CHECK(json["range"] == Json({{"low", 50.0}, {"high", 70.0}}));
  CHECK_FALSE(json.contains("suggested"));
}

TEST_CASE("a stone that is alone is told the nearest, with its price and its distance") {
  Warning warning{Field::carat, "no stone is near", WarningCode::no_neighbour};
  warning.nearest = Neighbour{stone({.carat = 1.51, .price = 9000}), 3.43216};
  const Json json = Json::parse(written(warning));
  CHECK(json["code"] == "no-neighbour");
  CHECK(json["nearest"] == Json::parse(R"({
    "carat": 1.51, "cut": "Ideal", "color": "G", "clarity": "VS2", "depth": 61.5, "table": 55.0,
    "x": 5.1, "y": 5.12, "z": 3.14, "price": 9000.0, "distance": 3.432})"));
}

TEST_CASE("whatever a field is called, its warning is JSON") {
  const Json json = Json::parse(written(UnknownField{"a\"b\\\xFF\n", "is \xFF not known", "cut"}));
  CHECK(json["field"] == "a\"b\\\xEF\xBF\xBD\n");
  CHECK(json["message"] == "is \xEF\xBF\xBD not known");
}

TEST_CASE("a field that is not known tells which was meant, if any") {
  CHECK(written(UnknownField{"tabel", "is not known", "table"}) ==
        R"({"field":"tabel","message":"is not known","code":"unknown-field",)"
        R"("suggested_field":"table"})");
  CHECK(written(UnknownField{"note", "is not known", ""}) ==
        R"({"field":"note","message":"is not known","code":"unknown-field"})");
}
