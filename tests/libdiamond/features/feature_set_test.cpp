#include "catch.h"
#include "support/stones.h"

#include <diamond/features/feature_set.h>

#include <cmath>
#include <set>
#include <string>
#include <vector>

using namespace diamond;
using namespace diamond::testing;

namespace {

/// The value of one feature.
float value_of_feature(std::string_view set, std::string_view name, const Diamond& stone) {
  const FeatureSet features(set);
  std::vector<float> row(features.columns());
  features.encode(stone, row);
  for (std::size_t i = 0; i < row.size(); ++i)
    if (features.features()[i].name == name) return row[i];
  FAIL("there is no feature called " << name);
  return 0;
}

}  // namespace

TEST_CASE("the notebook's features are its nine columns in their order, the grades as categories") {
  const FeatureSet features("notebook");
  std::vector<std::string> names;
  std::vector<std::string> categories;
  for (const Feature& feature : features.features()) {
    names.emplace_back(feature.name);
    if (feature.type == FeatureType::category) categories.emplace_back(feature.name);
  }
  CHECK(names == std::vector<std::string>{"carat", "cut", "color", "clarity", "depth", "table", "x",
                                          "y", "z"});
  CHECK(categories == std::vector<std::string>{"cut", "color", "clarity"});
}

TEST_CASE("derived features are what a jeweller works out by hand") {
  // carat 1, Ideal (4), color G (3), clarity VS2 (3), depth 61, 6.4 × 6.5 × 4.0 mm: by hand.
  const Diamond one = stone({.carat = 1, .depth = 61, .x = 6.4, .y = 6.5, .z = 4.0}).stone;
  const auto value = [&](std::string_view name) { return value_of_feature("derived", name, one); };
  CHECK(value("cut") == 4);
  CHECK(value("color") == 3);
  CHECK(value("clarity") == 3);
  CHECK(value("box") == Approx(166.4));
  CHECK(value("density") == Approx(1 / 166.4));
  CHECK(value("roundness") == Approx(6.4 / 6.5));
  CHECK(value("depth_error") == Approx(800 / 12.9 - 61));
  CHECK(value("face") == Approx(41.6));
  CHECK(value("spread") == Approx(41.6));
  CHECK(value("girdle") == Approx(12.9));
  CHECK(value("color_and_clarity") == 6);
  CHECK(value("all_grades") == 10);
  CHECK(value("color_by_clarity") == 16);
  CHECK(value("cut_by_clarity") == 20);
  CHECK(value("carat_by_clarity") == 4);
  CHECK(value("carat_by_color") == 4);
}

TEST_CASE("what cannot be worked out is missing, not infinite") {
  const Diamond flat = stone({.x = 0, .y = 0, .z = 0}).stone;
  for (const char* name : {"density", "roundness", "depth_error"}) {
    INFO(name);
    CHECK(std::isnan(value_of_feature("derived", name, flat)));
  }
}

TEST_CASE("rows of a table have the features of their stones") {
  const auto stones = random_stones(20, 5);
  const Table table = table_of(stones);
  const std::vector<std::uint32_t> rows = {3, 17, 3};
  for (const std::string_view name : feature_set_names()) {
    const FeatureSet features(name);
    std::vector<float> matrix(rows.size() * features.columns());
    features.encode(table, rows, matrix);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      std::vector<float> row(features.columns());
      features.encode(stones[rows[i]].stone, row);
      for (std::size_t j = 0; j < row.size(); ++j) CHECK(matrix[i * row.size() + j] == row[j]);
    }
  }
}

TEST_CASE("every feature has a name of its own and says what it means") {
  for (const std::string_view set : feature_set_names()) {
    std::set<std::string_view> names;
    const FeatureSet features(set);
    for (const Feature& feature : features.features()) {
      CHECK(names.insert(feature.name).second);
      CHECK_FALSE(feature.meaning.empty());
    }
  }
}

TEST_CASE("a feature says which fields it follows from: it changes with these, and no other") {
  const std::string set = GENERATE("derived", "notebook");
  const FeatureSet features(set);
  const Diamond one = stone({.cut = Cut::good, .color = Color::G, .clarity = Clarity::VS2}).stone;
  const auto changed = [&](Field field) {
    Diamond other = one;
    if (field == Field::cut) other.cut = Cut::premium;
    if (field == Field::color) other.color = Color::E;
    if (field == Field::clarity) other.clarity = Clarity::IF;
    for (const Quantity quantity : stone_quantities)
      if (field_of(quantity) == field) value_of(other, quantity) *= 1.25;
    return other;
  };
  for (const Feature& feature : features.features())
    for (std::size_t i = 0; i < field_count; ++i) {
      const auto field = static_cast<Field>(i);
      CAPTURE(feature.name, name_of(field));
      CHECK((feature.value(one) != feature.value(changed(field))) ==
            feature.fields.contains(field));
    }
}
