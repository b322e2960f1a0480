#include "catch.h"
#include "support/notebook.h"

#include <diamond/trust/completion.h>

#include <array>
#include <cmath>
#include <string>

using namespace diamond;
using namespace diamond::testing;

namespace {

const TrainingProfile& profile() {
  static const TrainingProfile profile(notebook().table);
  return profile;
}

constexpr std::size_t patterns = 32;

/// The stone without the quantities whose bit is set.
PartialDiamond without(const Diamond& stone, std::size_t pattern) {
  PartialDiamond partial = given_part(stone, {});
  for (std::size_t i = 0; i < optional_quantities.size(); ++i)
    if ((pattern >> i & 1U) != 0) value_of(partial, optional_quantities[i]).reset();
  return partial;
}

/// Shares of the true value that nineteen in twenty assumptions have to keep to when all that can
/// be left out is left out. Depth and table of one cut are that different, and what follows from
/// the weight is a third of that off.
double most_error(Quantity quantity) {
  switch (quantity) {
    case Quantity::depth:
      return 0.06;
    case Quantity::table:
      return 0.08;
    default:
      return 0.045;
  }
}

}  // namespace

TEST_CASE("whatever is left out of a real stone, what is assumed is near the truth") {
  for (std::size_t pattern = 0; pattern < patterns; ++pattern) {
    std::array<std::size_t, optional_quantities.size()> far{};
    std::size_t stones = 0;
    std::size_t torn = 0;
    for (std::size_t row = 0; row < notebook().table.rows(); row += 29) {
      const Diamond truth = notebook().table.row(row).stone;
      if (!profile().proportions().hold(truth)) continue;
      ++stones;
      const Completion completion = complete(without(truth, pattern), profile());
      torn += profile().proportions().hold(completion.stone) ? 0 : 1;
      for (std::size_t i = 0; i < far.size(); ++i) {
        const Quantity quantity = optional_quantities[i];
        const double value = value_of(completion.stone, quantity);
        if ((pattern >> i & 1U) == 0) REQUIRE(value == value_of(truth, quantity));
        const double error = relative_difference(value, value_of(truth, quantity));
        far[i] += error > most_error(quantity) ? 1 : 0;
      }
    }
    CHECK(torn <= 2);  // of stones that hardly hang together as they are
    for (std::size_t i = 0; i < far.size(); ++i) {
      INFO("pattern " << pattern << ", " << info(optional_quantities[i]).name << ", " << stones
                      << " stones");
      CHECK(static_cast<double>(far[i]) <= 0.05 * static_cast<double>(stones));
    }
  }
}

TEST_CASE("one quantity that geometry gives is exact but for rounding") {
  const Diamond truth = stone({.carat = 1, .depth = 61.5, .x = 6.5, .y = 6.46, .z = 3.99}).stone;
  CHECK(complete(without(truth, 0b00001), profile()).stone.depth == 61.6);  // 200 · 3.99 / 12.96
  CHECK(complete(without(truth, 0b00100), profile()).stone.x == 6.52);      // 798 / 61.5 − 6.46
  CHECK(complete(without(truth, 0b01000), profile()).stone.y == 6.48);
  CHECK(complete(without(truth, 0b10000), profile()).stone.z == 3.99);
}

TEST_CASE("each assumption says what was assumed and how, in the order in which they were made") {
  const Diamond truth = stone({.carat = 1, .x = 6.5, .y = 6.5, .z = 4}).stone;
  const Completion all = complete(without(truth, 0b11111), profile());
  REQUIRE(all.assumptions.size() == 5);
  CHECK(warning_of(all.assumptions[0]) ==
        Warning{Field::table,
                "table is not given: 56 % is assumed, the median of Ideal stones",
                WarningCode::assumed,
                {{Quantity::table, 56}},
                {Field::cut}});
  CHECK(warning_of(all.assumptions[1]) ==
        Warning{Field::depth,
                "depth is not given: 61.8 % is assumed, the median of Ideal stones",
                WarningCode::assumed,
                {{Quantity::depth, 61.8}},
                {Field::cut}});
  CHECK(warning_of(all.assumptions[2]).message ==
        "x is not given: 6.42 mm is assumed, from the weight and depth, by the usual density");
  CHECK(warning_of(all.assumptions[4]) ==
        Warning{Field::z,
                "z is not given: 3.98 mm is assumed, from x, y and depth",
                WarningCode::assumed,
                {{Quantity::z, 3.98}},
                {Field::x, Field::y, Field::depth}});
  CHECK(complete(without(truth, 0), profile()).assumptions.empty());
}

TEST_CASE("each assumption names the fields that its sentence speaks of") {
  const auto names = [](const Assumption& assumption) {
    std::string text = assumption.how;
    if (const auto comma = text.rfind(", by the"); comma != std::string::npos) text.erase(comma);
    const auto speaks_of = [&text](Field field) {
      if (field == Field::carat) return text.find("weight") != std::string::npos;
      if (field == Field::cut) return text.starts_with("the median of");
      return (text + " ").find(" " + std::string(name_of(field)) + " ") != std::string::npos ||
             text.find(" " + std::string(name_of(field)) + ",") != std::string::npos;
    };
    for (std::size_t i = 0; i < field_count; ++i) {
      const auto field = static_cast<Field>(i);
      if (speaks_of(field) != assumption.from.contains(field)) return false;
    }
    return assumption.from.size() > 0;
  };
  const std::array<Diamond, 3> stones = {
      stone({.carat = 1, .x = 6.5, .y = 6.5, .z = 4}).stone,
      stone({.carat = 1.5, .x = 6.5, .y = 6.5, .z = 4}).stone,  // too heavy
      stone({.carat = 1, .depth = 6.1, .x = 6.5, .y = 6.5, .z = 4}).stone};
  for (const Diamond& truth : stones)
    for (std::size_t pattern = 1; pattern < patterns; ++pattern)
      for (const Assumption& assumption :
           complete(without(truth, pattern), profile()).assumptions) {
        INFO(assumption.how);
        CHECK(names(assumption));
      }
}

TEST_CASE("what contradicts itself does not spread into what is assumed") {
  // By 200 z / depth, x and y together would be 131 mm.
  PartialDiamond depth_slipped = without(stone({.carat = 1, .x = 6.5, .z = 4}).stone, 0b01010);
  depth_slipped.depth = 6.1;
  CHECK(complete(depth_slipped, profile()).stone.y == 6.53);
  // 1.5 carat would make a stone 5.8 mm high, depth 90 %.
  const PartialDiamond too_heavy =
      without(stone({.carat = 1.5, .x = 6.5, .y = 6.5}).stone, 0b10001);
  CHECK(complete(too_heavy, profile()).stone.depth == 61.8);
}

TEST_CASE("what was given is what was not assumed") {
  const Diamond truth = stone().stone;
  for (std::size_t pattern = 0; pattern < patterns; ++pattern) {
    const PartialDiamond partial = without(truth, pattern);
    const Completion completion = complete(partial, profile());
    const PartialDiamond given = given_part(completion.stone, completion.assumptions);
    for (const Quantity quantity : optional_quantities)
      CHECK(value_of(given, quantity) == value_of(partial, quantity));
    CHECK(given.carat == partial.carat);
  }
}
