#include "catch.h"
#include "support/notebook.h"

#include <diamond/trust/plausibility.h>
#include <diamond/trust/wording.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

using namespace diamond;
using namespace diamond::testing;

namespace {

const TrainingProfile& profile() {
  static const TrainingProfile profile(notebook().table);
  return profile;
}

/// The stone of the API's documentation: its z is rounded to tenths of a millimetre.
Diamond example() {
  return {1.0, Cut::ideal, Color::E, Clarity::VVS1, 61.0, 55.0, 6.5, 6.5, 4.0};
}

Diamond changed(Quantity quantity, double value) {
  Diamond stone = example();
  value_of(stone, quantity) = value;
  return stone;
}

/// "FIELD: MESSAGE" of the only warning; what there is otherwise.
std::string only_warning(const std::vector<Warning>& warnings) {
  if (warnings.size() != 1) return std::to_string(warnings.size()) + " warnings";
  return std::string(name_of(warnings[0].field)) + ": " + warnings[0].message;
}

/// The facts of the only warning: "decimal-point: x 6.5, y 6.5".
std::string facts_of(const std::vector<Warning>& warnings) {
  if (warnings.size() != 1) return std::to_string(warnings.size()) + " warnings";
  std::string text(name_of(warnings[0].code));
  std::string separator = ": ";
  for (const auto& [quantity, value] : warnings[0].suggested) {
    text += separator + std::string(info(quantity).name) + " " + shown(value);
    separator = ", ";
  }
  return text;
}

std::string facts_of_stone(const Diamond& stone) {
  return facts_of(implausibilities(stone, profile()));
}

std::string warning_of_stone(const Diamond& stone) {
  return only_warning(implausibilities(stone, profile()));
}

std::string warning_of_partial(const PartialDiamond& partial) {
  const Completion completion = complete(partial, profile());
  return only_warning(implausibilities(completion.stone, profile(), completion.assumptions));
}

}  // namespace

TEST_CASE("the documentation's stone is not warned of") {
  CHECK(implausibilities(example(), profile()).empty());
}

TEST_CASE("hardly a real stone is warned of, and each impossible one is") {
  std::size_t warned = 0;
  for (std::size_t row = 0; row < notebook().table.rows(); ++row) {
    const Diamond stone = notebook().table.row(row).stone;
    const bool odd = !implausibilities(stone, profile()).empty();
    warned += odd ? 1 : 0;
    // Far beyond the middle 99.9 %: see Proportions.
    const double density = stone.carat / (stone.x * stone.y * stone.z);
    if (density < 0.0050 || density > 0.0075 ||
        std::abs(measured_depth(stone) - stone.depth) > 1.5 ||
        std::abs(stone.y / stone.x - 1) > 0.1)
      CHECK(odd);
  }
  CHECK(warned > 50);
  CHECK(static_cast<double>(warned) < 0.003 * static_cast<double>(notebook().table.rows()));
}

TEST_CASE("a decimal point in the wrong place is one warning that says what was meant") {
  const std::string slip = " does not go with the rest of the stone: did you mean ";
  CHECK(warning_of_stone(changed(Quantity::x, 65)) == "x: x 65 mm" + slip + "6.5?");
  CHECK(warning_of_stone(changed(Quantity::y, 0.65)) == "y: y 0.65 mm" + slip + "6.5?");
  CHECK(warning_of_stone(changed(Quantity::z, 0.4)) == "z: z 0.4 mm" + slip + "4?");
  CHECK(warning_of_stone(changed(Quantity::carat, 10)) == "carat: 10 carat" + slip + "1?");
  CHECK(warning_of_stone(changed(Quantity::carat, 100)) == "carat: 100 carat" + slip + "1?");
  CHECK(warning_of_stone(changed(Quantity::depth, 6.1)) == "depth: depth 6.1 %" + slip + "61?");
  CHECK(warning_of_stone(changed(Quantity::table, 5.5)) ==
        "table: table 5.5 % is outside the training range, 50 to 70 %: did you mean 55?");
}

TEST_CASE("other slips of the pen are told as well") {
  Diamond exchanged = example();
  std::swap(exchanged.depth, exchanged.table);
  CHECK(warning_of_stone(exchanged) ==
        "depth: depth 55 % and table 61 % look exchanged: did you mean depth 61 % and table 55 %?");
  Diamond lying = example();
  std::swap(lying.x, lying.z);
  CHECK(warning_of_stone(lying) ==
        "z: z 6.5 mm and x 4 mm look exchanged: did you mean z 4 mm and x 6.5 mm?");
  Diamond centimetres = example();
  centimetres.x = centimetres.y = 0.65;
  centimetres.z = 0.4;
  CHECK(warning_of_stone(centimetres) ==
        "x: 0.65 x 0.65 x 0.4 mm does not go with 1 carat: did you mean 6.5 x 6.5 x 4 mm?");
}

TEST_CASE("a number that contradicts the others is named with what they make of it") {
  CHECK(warning_of_stone(changed(Quantity::carat, 1.5)) ==
        "carat: 1.5 carat does not go with 6.5 x 6.5 x 4 mm: such a stone weighs about 1.03 carat");
  CHECK(warning_of_stone(changed(Quantity::depth, 57)) ==
        "depth: depth 57 % does not go with 6.5 x 6.5 x 4 mm, which make 61.5 %");
  CHECK(warning_of_stone(changed(Quantity::z, 5.3)) ==
        "z: z 5.3 mm does not go with the rest of the stone: it should be about 3.97 mm");
  CHECK(warning_of_stone(changed(Quantity::y, 7.5)) ==
        "y: y 7.5 mm does not go with the rest of the stone: it should be about 6.61 mm");
}

TEST_CASE("two sizes that are wrong are told in one warning") {
  // Row of the data set: y should stand in the column of z.
  const Diamond shifted{0.51, Cut::ideal, Color::E, Clarity::VS1, 61.8, 55, 5.15, 31.8, 5.12};
  CHECK(warning_of_stone(shifted) ==
        "y: y 31.8 mm and z 5.12 mm do not go with the rest of the stone: they should be about "
        "5.17 and 3.19 mm");
}

TEST_CASE("what is beyond the training data is told, and its sizes with it") {
  const Diamond large{6, Cut::ideal, Color::E, Clarity::VVS1, 61.8, 56, 11.67, 11.72, 7.23};
  CHECK(warning_of_stone(large) == "carat: 6 carat is outside the training range, 0.2 to 4 carat");
  CHECK(warning_of_stone(changed(Quantity::table, 75)) ==
        "table: table 75 % is outside the training range, 50 to 70 %");
}

TEST_CASE("a slip of the pen comes with the numbers that were meant") {
  CHECK(facts_of_stone(changed(Quantity::x, 65)) == "decimal-point: x 6.5");
  CHECK(facts_of_stone(changed(Quantity::carat, 100)) == "decimal-point: carat 1");
  Diamond exchanged = example();
  std::swap(exchanged.depth, exchanged.table);
  CHECK(facts_of_stone(exchanged) == "exchanged: depth 61, table 55");
  Diamond centimetres = example();
  centimetres.x = centimetres.y = 0.65;
  centimetres.z = 0.4;
  CHECK(facts_of_stone(centimetres) == "unit: x 6.5, y 6.5, z 4");
  PartialDiamond only_x{1.0, Cut::ideal, Color::E, Clarity::VVS1, {}, {}, 0.65, {}, 0.4};
  const Completion completion = complete(only_x, profile());
  CHECK(facts_of(implausibilities(completion.stone, profile(), completion.assumptions)) ==
        "unit: x 6.5, z 4");
}

TEST_CASE("a contradiction comes with the numbers that would fit") {
  CHECK(facts_of_stone(changed(Quantity::carat, 1.5)) == "contradiction: carat 1.03");
  CHECK(facts_of_stone(changed(Quantity::depth, 57)) == "contradiction: depth 61.5");
  CHECK(facts_of_stone(changed(Quantity::z, 5.3)) == "contradiction: z 3.97");
  const Diamond shifted{0.51, Cut::ideal, Color::E, Clarity::VS1, 61.8, 55, 5.15, 31.8, 5.12};
  CHECK(facts_of_stone(shifted) == "contradiction: y 5.17, z 3.19");
}

TEST_CASE("what is outside the training range comes with the range") {
  const auto warnings = implausibilities(changed(Quantity::table, 75), profile());
  CHECK(facts_of(warnings) == "outside-range");
  CHECK(warnings[0].range == Range{50, 70});
  const auto slipped = implausibilities(changed(Quantity::table, 0.57), profile());
  CHECK(facts_of(slipped) == "outside-range: table 57");
  CHECK(slipped[0].suggested[0].value == 57);  // 0.57 · 100 is 56.99999999999999
}

TEST_CASE("what was assumed is never to blame") {
  PartialDiamond partial{1.0, Cut::ideal, Color::E, Clarity::VVS1, {}, {}, {}, {}, {}};
  CHECK(warning_of_partial(partial) == "0 warnings");
  partial.x = 65;
  CHECK(warning_of_partial(partial) ==
        "x: x 65 mm does not go with the rest of the stone: did you mean 6.5?");
  partial.x.reset();
  partial.z = 40;
  CHECK(warning_of_partial(partial) ==
        "z: z 40 mm does not go with the rest of the stone: did you mean 4?");
  partial = {1.0, Cut::ideal, Color::E, Clarity::VVS1, 6.1, {}, 6.5, {}, 4.0};
  CHECK(warning_of_partial(partial) ==
        "depth: depth 6.1 % does not go with the rest of the stone: did you mean 61?");
  // A heavy stone, of which nothing else is known: nothing says that it is a slip.
  partial = {10, Cut::ideal, Color::E, Clarity::VVS1, {}, {}, {}, {}, {}};
  CHECK(warning_of_partial(partial) ==
        "carat: 10 carat is outside the training range, 0.2 to 4 carat");
}

TEST_CASE("a slip of one decimal in any real stone is traced to its field") {
  std::size_t slips = 0;
  std::size_t traced = 0;
  for (std::size_t row = 0; row < notebook().table.rows(); row += 101) {
    const Diamond truth = notebook().table.row(row).stone;
    if (!implausibilities(truth, profile()).empty()) continue;
    for (const Quantity quantity : stone_quantities)
      for (const double factor : {10.0, 0.1}) {
        Diamond slipped = truth;
        value_of(slipped, quantity) *= factor;
        const auto warnings = implausibilities(slipped, profile());
        ++slips;
        traced += warnings.size() == 1 && warnings[0].field == field_of(quantity) &&
                          warnings[0].message.find("did you mean") != std::string::npos
                      ? 1
                      : 0;
      }
  }
  CHECK(slips > 6'000);
  CHECK(traced == slips);
}

TEST_CASE("no stone, however absurd, is too much") {
  std::mt19937_64 random(11);
  const auto number = [&]() -> double {
    constexpr std::array extremes = {5e-324, 1e-308, 1e-160, 0.005, 1.0, 99.99, 100.0};
    const auto bits = random();
    if (bits % 3 == 0) return extremes[bits / 3 % extremes.size()];
    const double uniform = static_cast<double>(random() >> 11U) * 0x1p-53;
    return bits % 3 == 1 ? 100 * (1 - uniform) : std::pow(10.0, 2 - 320 * uniform);
  };
  const TrainingProfile few(table_of(random_stones(20, 1)));
  const TrainingProfile none{Table()};
  const auto none_is_nonsense = [](const std::vector<Warning>& warnings) {
    for (const Warning& warning : warnings) {
      if (warning.message.find("nan") != std::string::npos) FAIL(warning.message);
      if (warning.message.find("inf") != std::string::npos) FAIL(warning.message);
      for (const auto& [quantity, value] : warning.suggested)
        if (!(value > 0 && value <= info(quantity).upper_limit)) FAIL(value);
    }
  };
  for (int i = 0; i < 5'000; ++i) {
    Diamond stone;
    stone.cut = static_cast<Cut>(random() % grade_count<Cut>);
    for (const Quantity quantity : stone_quantities)
      value_of(stone, quantity) = std::max(number(), 5e-324);
    PartialDiamond partial = given_part(stone, {});
    for (const Quantity quantity : optional_quantities)
      if (random() % 2 == 0) value_of(partial, quantity).reset();
    for (const TrainingProfile* learned : {&profile(), &few, &none}) {
      none_is_nonsense(implausibilities(stone, *learned));
      const Completion completion = complete(partial, *learned);
      for (const Quantity quantity : stone_quantities) {
        const double value = value_of(completion.stone, quantity);
        if (!(value > 0 && value <= info(quantity).upper_limit)) FAIL(value);
      }
      none_is_nonsense(implausibilities(completion.stone, *learned, completion.assumptions));
    }
  }
  SUCCEED();
}
