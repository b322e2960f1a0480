#include "catch.h"
#include "support/stones.h"
#include "support/temporary_directory.h"

#include <diamond/core/diamond.h>
#include <diamond/data/csv_reader.h>
#include <diamond/data/merge.h>

#include <limits>

using namespace diamond;
using namespace diamond::testing;

TEST_CASE("rows that equal an earlier one are dropped and counted") {
  const PricedDiamond a = stone({.price = 1});
  const PricedDiamond b = stone({.price = 2});
  Table table = table_of({a, b, a, a, stone({.price = 3}), b});
  CHECK(drop_duplicates(table) == 3);
  REQUIRE(table.rows() == 3);
  for (std::size_t i = 0; i < 3; ++i) CHECK(table.row(i).price == static_cast<double>(i + 1));
}

TEST_CASE("rows that differ in one value only are not duplicates") {
  std::vector<PricedDiamond> stones = {stone()};
  for (const Quantity quantity : stone_quantities) {
    stones.push_back(stone());
    value_of(stones.back().stone, quantity) += 0.01;
  }
  stones.push_back(stone({.cut = Cut::fair}));
  stones.push_back(stone({.color = Color::D}));
  stones.push_back(stone({.clarity = Clarity::IF}));
  stones.push_back(stone({.price = 1501}));
  Table table = table_of(stones);
  CHECK(drop_duplicates(table) == 0);
  CHECK(table.rows() == 11);
}

TEST_CASE("rows that lack the same number are duplicates") {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  Table table = table_of({stone({.x = nan}), stone({.x = nan}), stone({.y = nan})});
  CHECK(drop_duplicates(table) == 1);
}

TEST_CASE("a row is a duplicate whichever way its column is kept") {
  // Files with 0.5 and 0.50 and one that turns its column into doubles.
  const TemporaryDirectory directory;
  const std::string header = "cut,color,clarity,depth,table,x,y,z,price,carat\n";
  const std::string row = "Ideal,E,SI2,61.5,55,3.95,3.98,2.43,326,";
  Table merged = read_csv(directory.write("a.csv", header + row + "0.5\n")).table;
  merged.append(
      read_csv(directory.write("b.csv", header + row + "0.50\n" + row + "1e-12\n")).table);
  CHECK(drop_duplicates(merged) == 1);
  CHECK(merged.rows() == 2);
}
