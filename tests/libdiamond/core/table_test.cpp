#include "catch.h"
#include "support/stones.h"

#include <diamond/core/table.h>

using namespace diamond;
using namespace diamond::testing;

TEST_CASE("a row reads back as the stone that was pushed") {
  const auto stones = random_stones(50, 1);
  const Table table = table_of(stones);
  REQUIRE(table.rows() == 50);
  for (std::size_t i = 0; i < stones.size(); ++i) CHECK(same_stone(table.row(i), stones[i]));
}

TEST_CASE("a table that is appended follows with all its columns") {
  const auto stones = random_stones(20, 2);
  Table table = table_of({stones.begin(), stones.begin() + 5});
  table.append(table_of({stones.begin() + 5, stones.end()}));
  REQUIRE(table.rows() == 20);
  for (std::size_t i = 0; i < stones.size(); ++i) CHECK(same_stone(table.row(i), stones[i]));
}

TEST_CASE("a piece of a table has its rows in every column, decimals or not") {
  Table table = table_of(random_stones(20, 3));
  table[Quantity::depth] = NumberColumn();
  for (int i = 0; i < 20; ++i) table[Quantity::depth].push(Decimal{600 + i, 1});
  const Table piece = table.piece(5, 12);
  REQUIRE(piece.rows() == 7);
  for (std::size_t row = 0; row < 7; ++row) CHECK(piece.row(row) == table.row(5 + row));
  CHECK(table.piece(20, 20).rows() == 0);
}

TEST_CASE("a filtered table keeps the marked rows in their order in every column") {
  const auto stones = random_stones(100, 3);
  Table table = table_of(stones);
  std::vector<std::uint8_t> keep(100);
  for (std::size_t i = 0; i < 100; ++i) keep[i] = i % 3 == 0 ? 1 : 0;
  table.filter(keep);
  REQUIRE(table.rows() == 34);
  for (std::size_t i = 0; i < 34; ++i) CHECK(same_stone(table.row(i), stones[3 * i]));
}

TEST_CASE("the names of grades and quantities lead back to them") {
  for (const Quantity quantity : priced_quantities)
    CHECK(parse_quantity(info(quantity).name) == quantity);
  for (std::size_t i = 0; i < grade_count<Clarity>; ++i)
    CHECK(parse_grade<Clarity>(GradeInfo<Clarity>::names[i]) == static_cast<Clarity>(i));
  CHECK(name_of(Cut::very_good) == "Very Good");
  CHECK(parse_grade<Cut>("very good") == std::nullopt);
  CHECK(parse_quantity("weight") == std::nullopt);
}
