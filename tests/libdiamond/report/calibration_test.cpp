#include "catch.h"
#include "support/stones.h"

#include <diamond/core/random.h>
#include <diamond/report/calibration.h>

using namespace diamond;
using namespace diamond::testing;

namespace {

/// Stones whose price is what the model says, times `factor`, give or take a tenth.
JudgedModel judged(std::size_t rows, double factor) {
  JudgedModel made;
  std::vector<PricedDiamond> stones = random_stones(rows, 17);
  Random random(9, 9);
  for (PricedDiamond& stone : stones) {
    made.predicted.push_back(stone.price);
    stone.price *= factor * (0.9 + 0.2 * random.uniform());
    made.actual.push_back(stone.price);
  }
  made.table = table_of(stones);
  made.test = all_rows(made.table);
  return made;
}

}  // namespace

TEST_CASE("prices that are right on the average lie within their groups' intervals") {
  const Json groups = price_calibration(judged(2000, 1));
  REQUIRE(groups.size() == 10);
  int within = 0;
  for (const Json& group : groups) {
    CHECK(group["rows"].get<double>() == Approx(200).margin(10));  // equal prices stay together
    if (group["low"] <= group["predicted"] && group["predicted"] <= group["high"]) ++within;
  }
  CHECK(within >= 8);  // of ten intervals of 95 %
}

TEST_CASE("prices that are too low by a tenth lie below all intervals") {
  for (const Json& group : price_calibration(judged(2000, 1.1))) {
    CHECK(group["predicted"] < group["low"]);
    CHECK(group["actual"].get<double>() ==
          Approx(1.1 * group["predicted"].get<double>()).epsilon(0.02));
  }
}

TEST_CASE("intervals cover what they promise, of rows that they were not learned from") {
  const Json calibration = interval_calibration(judged(3000, 1));
  CHECK(calibration["coverage"] == 0.9);
  CHECK(calibration["rows"] == 3000);
  CHECK(calibration["measured"].get<double>() == Approx(0.9).margin(0.02));
  CHECK(calibration["mean_width"] > 0);
  std::size_t by_carat = 0;
  for (const Json& group : calibration["groups"]) {
    CHECK(group["low"] <= group["measured"]);
    CHECK(group["high"] >= group["measured"]);
    if (group["field"] == "carat") by_carat += group["rows"].get<std::size_t>();
  }
  CHECK(by_carat == 3000);
}

TEST_CASE("too few rows have no intervals") {
  CHECK(interval_calibration(judged(40, 1)).is_null());
}
