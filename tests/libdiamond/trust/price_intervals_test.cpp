#include "catch.h"
#include "support/stones.h"

#include <diamond/core/random.h>
#include <diamond/trust/completion.h>
#include <diamond/trust/price_intervals.h>
#include <diamond/trust/training_profile.h>

#include <cmath>
#include <limits>
#include <vector>

using namespace diamond;
using namespace diamond::testing;

namespace {

/// A price that hangs on the table as much as on the weight, give or take a little.
double price_of(const Diamond& stone) {
  return 20 * stone.table * (1 + stone.carat);
}

class ByWeightAndTable final : public Model {
 public:
  [[nodiscard]] double predict(const Diamond& stone) const override { return price_of(stone); }
  void predict(const TableView& view, std::span<double> prices) const override {
    for (std::size_t i = 0; i < prices.size(); ++i)
      prices[i] = predict(view.table.row(view.rows[i]).stone);
  }
  void save(const std::filesystem::path& /*directory*/) const override {}
};

struct Held {
  Table table;
  std::vector<std::uint32_t> rows;
  std::vector<double> prices;

  Held(std::size_t count, std::uint32_t seed) {
    Random random(seed, 2);
    for (PricedDiamond one : random_stones(count, seed)) {
      prices.push_back(price_of(one.stone));
      one.price = prices.back() * (1 + 0.01 * random.normal());
      table.push(one);
    }
    rows = all_rows(table);
  }

  [[nodiscard]] TableView view() const { return {table, rows}; }
};

}  // namespace

TEST_CASE("a stone of which little is known has an interval that still holds nine in ten prices") {
  const Held held(5'000, 1);
  const Held fresh(5'000, 2);
  const ByWeightAndTable model;
  const auto intervals = PriceIntervals::learn(model, held.view(), held.prices);
  REQUIRE(intervals);
  const TrainingProfile profile(held.table);
  double covered = 0;
  double covered_by_the_other = 0;
  for (std::size_t i = 0; i < fresh.rows.size(); ++i) {
    const PricedDiamond one = fresh.table.row(i);
    PartialDiamond known = given_part(one.stone, {});
    known.table.reset();
    const Diamond assumed = complete(known, profile).stone;
    const double price = model.predict(assumed);
    const auto holds = [&](const PriceInterval& interval) {
      return one.price >= interval.low && one.price <= interval.high;
    };
    covered += holds(intervals->interval_in_part(assumed, price, profile).value()) ? 1 : 0;
    covered_by_the_other += holds(intervals->interval(assumed, price)) ? 1 : 0;
  }
  const auto count = static_cast<double>(fresh.rows.size());
  CHECK(std::abs(covered / count - 0.9) < 0.015);
  CHECK(covered_by_the_other / count < 0.5);  // what is assumed of the table is often far off
}

TEST_CASE("both intervals of a model are read back as they were written") {
  const Held held(500, 3);
  const ByWeightAndTable model;
  const auto intervals = PriceIntervals::learn(model, held.view(), held.prices);
  REQUIRE(intervals);
  const PriceIntervals again = PriceIntervals::from_json(Json::parse(intervals->to_json().dump()));
  const TrainingProfile profile(held.table);
  CHECK(again.interval(stone().stone, 1500) == intervals->interval(stone().stone, 1500));
  CHECK(again.interval_in_part(stone().stone, 1500, profile) ==
        intervals->interval_in_part(stone().stone, 1500, profile));
  CHECK(again.figures() == intervals->figures());
}

TEST_CASE("a model without a finite price for what is assumed has no interval there") {
  class Picky final : public Model {
   public:
    [[nodiscard]] double predict(const Diamond& stone) const override { return stone.carat; }
    void predict(const TableView& /*view*/, std::span<double> prices) const override {
      for (double& price : prices) price = std::numeric_limits<double>::infinity();
    }
    void save(const std::filesystem::path& /*directory*/) const override {}
  };
  const Held held(200, 4);
  const auto intervals = PriceIntervals::learn(Picky(), held.view(), held.prices);
  REQUIRE(intervals);
  const TrainingProfile profile(held.table);
  CHECK(intervals->interval(stone().stone, 1500).high > 1500);
  CHECK_FALSE(intervals->interval_in_part(stone().stone, 1500, profile).has_value());
  CHECK_FALSE(PriceIntervals::from_json(intervals->to_json())
                  .interval_in_part(stone().stone, 1500, profile)
                  .has_value());
}
