#include "catch.h"

#include <diamond/core/number_column.h>

#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

using namespace diamond;

namespace {

std::vector<double> values_of(const NumberColumn& column) {
  std::vector<double> values;
  for (std::size_t i = 0; i < column.size(); ++i) values.push_back(column[i]);
  return values;
}

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("decimals of different lengths read back exactly") {
  NumberColumn column;
  column.push(Decimal{55, 0});
  column.push(Decimal{615, 1});
  column.push(Decimal{-23, 2});
  column.push(Decimal{7, 0});
  CHECK(values_of(column) == std::vector<double>{55, 61.5, -0.23, 7});
}

TEST_CASE("a decimal that does not fit beside the others makes all of them doubles") {
  NumberColumn column;
  column.push(Decimal{2'000'000'000, 0});
  column.push(Decimal{1, 9});  // 2e9 with nine decimals has no 32 bits
  column.push(Decimal{5, 1});
  CHECK(values_of(column) == std::vector<double>{2e9, 1e-9, 0.5});

  NumberColumn other_way;
  other_way.push(Decimal{1, 9});
  other_way.push(Decimal{2'000'000'000, 0});
  CHECK(values_of(other_way) == std::vector<double>{1e-9, 2e9});
}

TEST_CASE("the largest digits of both signs fit") {
  NumberColumn column;
  column.push(Decimal{2'147'483'647, 0});
  column.push(Decimal{-2'147'483'647, 0});
  CHECK(values_of(column) == std::vector<double>{2147483647.0, -2147483647.0});
  column.push(Decimal{1, 1});
  CHECK(values_of(column) == std::vector<double>{2147483647.0, -2147483647.0, 0.1});
}

TEST_CASE("a number that is not finite is missing and stays so through every change of form") {
  NumberColumn column;
  column.push(std::numeric_limits<double>::quiet_NaN());
  column.push(Decimal{1, 0});
  column.push(infinity);
  column.push(Decimal{25, 2});  // more decimals
  CHECK(std::isnan(column[0]));
  CHECK(std::isnan(column[2]));
  column.push(1e300);  // doubles
  column.push(-infinity);
  CHECK(std::isnan(column[0]));
  CHECK(column[1] == 1);
  CHECK(std::isnan(column[2]));
  CHECK(column[3] == 0.25);
  CHECK(column[4] == 1e300);
  CHECK(std::isnan(column[5]));
}

TEST_CASE("a column that is appended keeps its values whatever the two scales are") {
  const auto column = [](std::initializer_list<Decimal> decimals) {
    NumberColumn made;
    for (const Decimal& decimal : decimals) made.push(decimal);
    return made;
  };
  NumberColumn all = column({{5, 0}, {6, 0}});
  all.append(column({{125, 2}}));        // finer
  all.append(column({{7, 1}, {3, 0}}));  // coarser
  all.append(column({{1, 2}}));          // the same
  NumberColumn with_gap = column({{1, 0}});
  with_gap.push(infinity);
  all.append(with_gap);  // a missing one
  REQUIRE(all.size() == 8);
  CHECK(std::isnan(all[7]));
  CHECK(std::vector<double>{all[0], all[1], all[2], all[3], all[4], all[5], all[6]} ==
        std::vector<double>{5, 6, 1.25, 0.7, 3, 0.01, 1});

  NumberColumn doubles;
  doubles.push(1e-30);
  all.append(doubles);  // doubles to decimals
  CHECK(all[2] == 1.25);
  CHECK(std::isnan(all[7]));
  CHECK(all[8] == 1e-30);
  doubles.append(column({{615, 1}}));  // decimals to doubles
  CHECK(values_of(doubles) == std::vector<double>{1e-30, 61.5});
}

TEST_CASE("rows are filtered and gathered in either form") {
  const bool as_doubles = GENERATE(false, true);
  NumberColumn column;
  for (int i = 0; i < 6; ++i) {
    if (as_doubles)
      column.push(i / 10.0);
    else
      column.push(Decimal{i, 1});
  }
  const std::vector<std::uint8_t> keep = {0, 1, 0, 0, 1, 1};
  column.filter(keep);
  CHECK(values_of(column) == std::vector<double>{0.1, 0.4, 0.5});
  const std::vector<std::uint32_t> rows = {2, 0, 2};
  std::vector<double> gathered(3);
  column.gather(rows, gathered);
  CHECK(gathered == std::vector<double>{0.5, 0.1, 0.5});
}

TEST_CASE("a column reads back from its bytes as it was, and leaves what comes behind it") {
  NumberColumn decimals;
  decimals.push(Decimal{615, 1});
  decimals.push(Decimal{-23, 2});
  decimals.push_missing(1);
  NumberColumn doubles;
  doubles.push(1.0 / 3);
  doubles.push(-1e300);
  doubles.push(infinity);
  for (const NumberColumn& column : {decimals, doubles}) {
    std::string bytes;
    column.append_bytes(bytes);
    bytes += "rest";
    std::string_view left = bytes;
    NumberColumn read = NumberColumn::take_bytes(left, column.size());
    CHECK(left == "rest");
    REQUIRE(read.size() == 3);
    CHECK(read[0] == column[0]);
    CHECK(read[1] == column[1]);
    CHECK(std::isnan(read[2]));
    read.push(Decimal{1, 3});  // what follows keeps the values as they are
    CHECK(read[1] == column[1]);
    CHECK(read[3] == 0.001);
  }
}
