#include "catch.h"
#include "support/messages.h"
#include "support/reference.h"
#include "support/stones.h"

#include <diamond/core/error.h>
#include <diamond/data/cleaning.h>
#include <diamond/data/csv_reader.h>

#include <limits>

using namespace diamond;
using namespace diamond::testing;
using Rejections = std::vector<Rejection>;

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

TEST_CASE("a stone with a zero dimension is left out and counted") {
  Table table = table_of({stone({.x = 0}), stone({.price = 1}), stone({.y = 0}), stone({.z = 0})});
  CHECK(clean(table) == Rejections{{"zero_dimension", 3}});
  REQUIRE(table.rows() == 1);
  CHECK(table.row(0).price == 1);
}

TEST_CASE("a stone that costs nothing or less is left out and counted") {
  Table table = table_of({stone({.price = 0}), stone({.price = -5}), stone({.price = 0.01})});
  CHECK(clean(table) == Rejections{{"price_not_positive", 2}});
  CHECK(table.rows() == 1);
}

TEST_CASE("a stone without weight, or of a negative size, is left out and counted") {
  Table table =
      table_of({stone({.carat = 0}), stone({.carat = -1}), stone({.x = -6.5, .y = -6.5}), stone()});
  CHECK(clean(table) == Rejections{{"zero_dimension", 1}, {"carat_not_positive", 2}});
  CHECK(table.rows() == 1);
}

TEST_CASE("a stone that lacks any of its numbers is left out and counted") {
  std::vector<PricedDiamond> stones = {stone({.price = missing}), stone()};
  for (const Quantity quantity : stone_quantities) {
    stones.push_back(stone());
    value_of(stones.back().stone, quantity) = missing;
  }
  Table table = table_of(stones);
  CHECK(clean(table) == Rejections{{"not_finite", 7}});
  CHECK(table.rows() == 1);
}

TEST_CASE("a row with several faults is counted once by the first reason") {
  Table table = table_of({stone({.x = 0, .price = 0}), stone({.x = missing, .y = 0, .price = 0}),
                          stone({.price = 0}), stone()});
  CHECK(clean(table) ==
        Rejections{{"not_finite", 1}, {"zero_dimension", 1}, {"price_not_positive", 1}});
  CHECK(table.rows() == 1);
}

TEST_CASE("good rows stay as they are and nothing is listed") {
  const auto stones = random_stones(200, 5);
  Table table = table_of(stones);
  CHECK(clean(table).empty());
  REQUIRE(table.rows() == 200);
  for (std::size_t i = 0; i < 200; ++i) CHECK(same_stone(table.row(i), stones[i]));
}

TEST_CASE("the well-known data set loses the rows that the notebook drops") {
  Table table = read_csv(diamonds_csv()).table;
  const Json& dataset = reference()["dataset"];
  CHECK(table.rows() == dataset["rows"]);
  clean(table);
  CHECK(table.rows() == dataset["rows_kept"]);
}

TEST_CASE("more rejected rows than allowed are an error that counts the reasons") {
  const Rejections rejections = {{"not_finite", 2}, {"zero_dimension", 1}};
  check_rejections(rejections, 10, 0.3, "a.csv");  // exactly as many as allowed
  check_says(
      message_of<DataError>([&] { check_rejections(rejections, 10, 0.29, "a.csv"); }),
      {"a.csv: ", "3 of 10 rows (30.0 %)", "not_finite 2, zero_dimension 1", "--max-rejected"});
}

TEST_CASE("data without a single good row are an error whatever is allowed") {
  (void)message_of<DataError>([] { check_rejections({{"not_finite", 4}}, 4, 1.0, "a.csv"); });
  check_rejections({{"not_finite", 3}}, 4, 1.0, "a.csv");
}
