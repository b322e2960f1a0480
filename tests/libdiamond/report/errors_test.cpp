#include "catch.h"
#include "support/stones.h"

#include <diamond/report/errors.h>

#include <string>
#include <vector>

using namespace diamond;
using namespace diamond::testing;

namespace {

/// A model that was judged on all of some stones, with the prices that it gave them.
JudgedModel judged(const std::vector<PricedDiamond>& stones, const std::vector<double>& predicted) {
  JudgedModel made;
  made.table = table_of(stones);
  made.test = all_rows(made.table);
  for (const PricedDiamond& stone : stones) made.actual.push_back(stone.price);
  made.predicted = predicted;
  return made;
}

const Json& group_named(const Json& errors, const std::string& field, const std::string& name) {
  for (const Json& one : errors)
    for (const Json& group : one["groups"])
      if (one["field"] == field && group["name"] == name) return group;
  FAIL("no group " << name << " of " << field);
  return errors;
}

std::vector<std::string> names_of(const std::vector<Slice>& slices) {
  std::vector<std::string> names;
  for (const Slice& slice : slices) names.push_back(slice.name);
  return names;
}

}  // namespace

TEST_CASE("quantile slices hold equally many rows, the smallest numbers first") {
  const std::vector<double> values = {6, 1, 5, 2, 4, 3};
  const auto slices = quantile_slices("carat", values, 3);
  CHECK(names_of(slices) == std::vector<std::string>{"1 to 2", "3 to 4", "5 to 6"});
  CHECK(slices[0].places == std::vector<std::uint32_t>{1, 3});
  CHECK(slices[0].field == "carat");
}

TEST_CASE("equal numbers stay in one slice") {
  CHECK(names_of(quantile_slices("x", std::vector<double>{1, 1, 1, 1, 2, 3}, 3)) ==
        std::vector<std::string>{"1", "2 to 3"});
  CHECK(names_of(quantile_slices("x", std::vector<double>{7, 7, 7}, 10)) ==
        std::vector<std::string>{"7"});
  CHECK(names_of(quantile_slices("x", std::vector<double>{1234.5678, 0.318}, 1)) ==
        std::vector<std::string>{"0.32 to 1235"});
  CHECK(quantile_slices("x", std::vector<double>{}, 4).empty());
}

TEST_CASE("a group's figures are those of its stones") {
  const Json errors = errors_by_group(
      judged({stone({.cut = Cut::fair, .price = 100}), stone({.cut = Cut::ideal, .price = 1000}),
              stone({.cut = Cut::fair, .price = 200})},
             {110, 990, 160}));
  const Json& fair = group_named(errors, "cut", "Fair");
  CHECK(fair["rows"] == 2);
  CHECK(fair["mae"].get<double>() == Approx(25));
  CHECK(fair["bias"].get<double>() == Approx(-15));
  CHECK(fair["mape"].get<double>() == Approx((0.1 + 0.2) / 2));
  // |errors| 10 and 40: their standard deviation is 15, that of the mean 15 / sqrt(2).
  CHECK(fair["high"].get<double>() == Approx(25 + 1.959964 * 15 / std::sqrt(2.0)));
  CHECK(fair["low"].get<double>() == Approx(25 - 1.959964 * 15 / std::sqrt(2.0)));
  CHECK(group_named(errors, "price", "1000")["rows"] == 1);
}

TEST_CASE("the worst stones come with what is odd about them, the furthest off first") {
  std::vector<PricedDiamond> stones;
  for (int i = 0; i < 300; ++i)
    stones.push_back(stone({.carat = 0.5 + 0.001 * i, .price = 1000.0 + i}));
  const TrainingProfile profile(table_of(stones));
  stones[7].stone.z = 31.4;  // a decimal point that is one place off
  std::vector<double> predicted(stones.size(), 1150);
  predicted[7] = 9000;
  predicted[20] = 100;
  const Json worst = worst_stones(judged(stones, predicted), profile, 2);
  REQUIRE(worst.size() == 2);
  CHECK(worst[0]["price"] == 1007);
  CHECK(worst[0]["predicted"] == 9000);
  CHECK(worst[0]["z"] == 31.4);
  CHECK(worst[0]["cut"] == "Ideal");
  CHECK_FALSE(worst[0]["warnings"].empty());
  CHECK(worst[1]["price"] == 1020);
  CHECK(worst_stones(judged(stones, predicted), profile, 1000).size() == 300);
}

TEST_CASE("a sample of predictions is spread over all rows") {
  const auto model = judged(random_stones(100, 3), std::vector<double>(100, 5));
  CHECK(sample_of_predictions(model, 10).size() == 10);
  CHECK(sample_of_predictions(model, 1000).size() == 100);
  CHECK(model.sample(4) == std::vector<std::uint32_t>{0, 25, 50, 75});
}

TEST_CASE("what is odd about a stone is said beside all stones, not only those that it is among") {
  const std::vector<PricedDiamond> small = {stone({.carat = 0.5}), stone({.carat = 0.51})};
  std::vector<PricedDiamond> all;
  for (int i = 0; i < 2000; ++i) all.push_back(stone({.carat = 0.3 + 0.001 * i}));
  const std::vector<PricedDiamond> large = {stone({.carat = 2.1})};
  const auto warnings = [](const std::vector<PricedDiamond>& judged_on,
                           const std::vector<PricedDiamond>& known) {
    return worst_stones(judged(judged_on, std::vector<double>(judged_on.size(), 1.0)),
                        TrainingProfile(table_of(known)), 1)[0]["warnings"];
  };
  CHECK(warnings(large, all).empty());
  CHECK_FALSE(warnings(large, small).empty());
}
