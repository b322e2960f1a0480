#include "catch.h"
#include "support/reference.h"
#include "support/stones.h"

#include <diamond/features/one_hot.h>

using namespace diamond;
using namespace diamond::testing;

TEST_CASE("the columns are those of pandas' get_dummies in the notebook's order") {
  const OneHotEncoder encoder({Quantity::carat, Quantity::x});
  std::vector<std::string> expected;
  for (const auto& [name, value] : reference()["linear_log_price"]["coefficients"].items())
    expected.push_back(name);
  CHECK(encoder.names() == expected);
  CHECK(encoder.columns() == expected.size());
}

TEST_CASE("a stone has its numbers, a one for each of its grades, and zeros") {
  const OneHotEncoder encoder({Quantity::x, Quantity::carat});
  std::vector<double> row(encoder.columns(), 7.0);
  encoder.encode(stone({.carat = 0.7,
                        .cut = Cut::very_good,
                        .color = Color::J,
                        .clarity = Clarity::IF,
                        .x = 5.5})
                     .stone,
                 row);
  const std::vector<std::string> names = encoder.names();
  for (std::size_t i = 0; i < names.size(); ++i) {
    INFO(names[i]);
    const bool is_one =
        names[i] == "cut_Very Good" || names[i] == "color_J" || names[i] == "clarity_IF";
    const double expected = names[i] == "x" ? 5.5 : names[i] == "carat" ? 0.7 : is_one ? 1.0 : 0.0;
    CHECK(row[i] == expected);
  }
}

TEST_CASE("the alphabetically first grade of each type is all zeros") {
  const OneHotEncoder encoder({});
  std::vector<double> row(encoder.columns(), 7.0);
  encoder.encode(stone({.cut = Cut::fair, .color = Color::D, .clarity = Clarity::I1}).stone, row);
  CHECK(row == std::vector<double>(4 + 6 + 7, 0.0));
}

TEST_CASE("a table is encoded as its stones one by one") {
  const auto stones = random_stones(300, 31);
  const OneHotEncoder encoder({stone_quantities.begin(), stone_quantities.end()});
  const std::vector<std::uint32_t> rows = {299, 0, 17, 17, 120};
  std::vector<double> all(rows.size() * encoder.columns(), 7.0);
  encoder.encode(table_of(stones), rows, all);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::vector<double> one(encoder.columns());
    encoder.encode(stones[rows[i]].stone, one);
    CHECK(std::vector<double>(all.begin() + static_cast<std::ptrdiff_t>(i * one.size()),
                              all.begin() + static_cast<std::ptrdiff_t>((i + 1) * one.size())) ==
          one);
  }
}

TEST_CASE("each column says which field it follows from") {
  const OneHotEncoder encoder({Quantity::x, Quantity::carat});
  const std::vector<std::string> names = encoder.names();
  const std::vector<Field> fields = encoder.fields();
  REQUIRE(fields.size() == names.size());
  for (std::size_t i = 0; i < names.size(); ++i)
    CHECK(names[i].substr(0, names[i].find('_')) == name_of(fields[i]));
}
