#include "catch.h"
#include "support/messages.h"
#include "support/stones.h"

#include <diamond/core/random.h>
#include <diamond/trust/price_interval.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

using namespace diamond;
using namespace diamond::testing;

namespace {

/// Stones, and a model that is off by a share of the price that grows with weight and clarity, from
/// 1 % to more than 10 %.
struct Judged {
  Table table;
  std::vector<std::uint32_t> rows;
  std::vector<double> prices;  // that the model finds

  Judged(std::size_t count, std::uint32_t seed) {
    Random random(seed, 1);
    for (PricedDiamond stone : random_stones(count, seed)) {
      prices.push_back(stone.price);
      stone.price *= std::exp(share_off(stone.stone) * random.normal());
      table.push(stone);
    }
    rows = all_rows(table);
  }

  static double share_off(const Diamond& stone) {
    return 0.01 * (1 + 3 * stone.carat) * (1 + 0.1 * static_cast<double>(stone.clarity));
  }

  [[nodiscard]] TableView view() const { return {table, rows}; }
};

/// Of the rows from `lightest` carat to below `heaviest`: the share whose price lies within.
double coverage_of(const IntervalPredictor& predictor, const Judged& judged, double lightest,
                   double heaviest) {
  double covered = 0;
  double seen = 0;
  for (std::size_t i = 0; i < judged.rows.size(); ++i) {
    const auto [stone, actual] = judged.table.row(i);
    if (stone.carat < lightest || stone.carat >= heaviest) continue;
    const PriceInterval interval = predictor.interval(stone, judged.prices[i]);
    ++seen;
    if (actual >= interval.low && actual <= interval.high) ++covered;
  }
  return covered / seen;
}

std::vector<PriceInterval> intervals_of(const IntervalPredictor& predictor, const Judged& judged) {
  std::vector<PriceInterval> intervals;
  for (std::size_t i = 0; i < judged.rows.size(); ++i)
    intervals.push_back(predictor.interval(judged.table.row(i).stone, judged.prices[i]));
  return intervals;
}

}  // namespace

TEST_CASE("nine in ten fresh stones cost what their interval says, small ones and large ones") {
  const Judged learned(10'000, 1);
  const Judged fresh(20'000, 2);
  const auto predictor = IntervalPredictor::learn(learned.view(), learned.prices);
  REQUIRE(predictor);
  CHECK(std::abs(coverage_of(*predictor, fresh, 0, 100) - 0.9) <= 0.015);
  for (const double lightest : {0.2, 0.6, 1.0, 1.4, 1.8}) {
    CAPTURE(lightest);
    CHECK(std::abs(coverage_of(*predictor, fresh, lightest, lightest + 0.4) - 0.9) <= 0.04);
  }
}

TEST_CASE("a stone whose price is surer has a shorter interval") {
  const Judged learned(10'000, 1);
  const auto predictor = IntervalPredictor::learn(learned.view(), learned.prices);
  REQUIRE(predictor);
  const auto width = [&](const StoneFields& fields) {
    const PriceInterval interval = predictor->interval(stone(fields).stone, 5000);
    return interval.high - interval.low;
  };
  const double flawless = width({.carat = 1.2, .clarity = Clarity::IF});
  const double included = width({.carat = 1.2, .clarity = Clarity::I1});
  CHECK(flawless > 1.3 * included);  // share_off says 1.7
  CHECK(flawless < 2.1 * included);
  CHECK(width({.carat = 2.1}) > 2 * width({.carat = 0.3}));
}

TEST_CASE("the figures of intervals are those of fresh rows") {
  const Judged learned(10'000, 1);
  const Judged fresh(20'000, 2);
  const auto predictor = IntervalPredictor::learn(learned.view(), learned.prices);
  REQUIRE(predictor);
  double width = 0;
  for (const PriceInterval& interval : intervals_of(*predictor, fresh))
    width += interval.high - interval.low;
  width /= static_cast<double>(fresh.rows.size());
  CHECK(std::abs(predictor->figures().coverage - coverage_of(*predictor, fresh, 0, 100)) < 0.01);
  CHECK(std::abs(predictor->figures().mean_width / width - 1) < 0.05);
}

TEST_CASE("few rows still make intervals that cover what is to come") {
  const std::size_t rows = GENERATE(as<std::size_t>{}, 50, 100, 250, 900);
  CAPTURE(rows);
  double covered = 0;
  const std::uint32_t tries = 10;
  for (std::uint32_t seed = 0; seed < tries; ++seed) {
    const Judged learned(rows, 10 + seed);
    const auto predictor = IntervalPredictor::learn(learned.view(), learned.prices);
    REQUIRE(predictor);
    covered += coverage_of(*predictor, Judged(2'000, 100 + seed), 0, 100) / tries;
  }
  CHECK(covered > 0.87);
  CHECK(covered < 0.95);
}

TEST_CASE("too few rows make no intervals") {
  const Judged few(IntervalPredictor::least_rows - 1, 1);
  CHECK_FALSE(IntervalPredictor::learn(few.view(), few.prices));
}

TEST_CASE("an interval holds the price that it belongs to, or 0 for one below it") {
  Judged judged(2'000, 3);
  SECTION("of a model that is always far too high") {
    for (double& price : judged.prices) price *= 3;
  }
  SECTION("of a model that is always far too low") {
    for (double& price : judged.prices) price /= 3;
  }
  SECTION("of a model that finds negative prices") {
    for (std::size_t i = 0; i < judged.prices.size(); i += 7) judged.prices[i] = -500;
  }
  SECTION("of a model that is never off") {
    for (std::size_t i = 0; i < judged.prices.size(); ++i)
      judged.prices[i] = judged.table.row(i).price;
  }
  const auto predictor = IntervalPredictor::learn(judged.view(), judged.prices);
  REQUIRE(predictor);
  for (std::size_t i = 0; i < judged.rows.size(); ++i) {
    const double price = judged.prices[i];
    const PriceInterval interval = predictor->interval(judged.table.row(i).stone, price);
    REQUIRE(interval.low >= 0);
    REQUIRE(interval.low <= std::max(price, 0.0));
    REQUIRE(interval.high >= price);
    REQUIRE(std::isfinite(interval.high));
  }
}

TEST_CASE("beyond all prices that it has seen an interval grows with the price") {
  const Judged learned(3000, 31);
  const auto predictor = IntervalPredictor::learn(learned.view(), learned.prices);
  REQUIRE(predictor);
  const double dearest = *std::max_element(learned.prices.begin(), learned.prices.end());
  const auto width_at = [&](double price) {
    const PriceInterval interval = predictor->interval(learned.table.row(0).stone, price);
    return interval.high - interval.low;
  };
  CHECK(width_at(10 * dearest) > 5 * width_at(dearest));
}

TEST_CASE("a stone unlike all that was learned from has an interval of numbers") {
  const Judged learned(500, 4);
  const auto predictor = IntervalPredictor::learn(learned.view(), learned.prices);
  REQUIRE(predictor);
  constexpr double tiny = std::numeric_limits<double>::denorm_min();
  for (const double number : {tiny, 1e-9, 100.0})
    for (const double other : {tiny, 3.0, 100.0})
      for (const double price : {-1e12, 0.0, 1e12}) {
        const Diamond odd{number, Cut::fair, Color::J, Clarity::I1, other,
                          number, number,    other,    number};
        const PriceInterval interval = predictor->interval(odd, price);
        CAPTURE(number, other, price, interval.low, interval.high);
        CHECK(std::isfinite(interval.low));
        CHECK(std::isfinite(interval.high));
        CHECK(interval.low <= interval.high);
      }
}

TEST_CASE("rows that are all alike make intervals too") {
  Judged same(300, 5);
  same.table = table_of(std::vector<PricedDiamond>(300, stone()));
  same.prices.assign(300, 1400);
  const auto predictor = IntervalPredictor::learn(same.view(), same.prices);
  REQUIRE(predictor);
  const PriceInterval interval = predictor->interval(stone().stone, 1400);
  CHECK(interval.low == 1400);
  CHECK(std::abs(interval.high - 1500) < 1);
}

TEST_CASE("read back, intervals are the same to the bit") {
  const Judged judged(2'000, 6);
  const auto predictor = IntervalPredictor::learn(judged.view(), judged.prices);
  REQUIRE(predictor);
  const auto again = IntervalPredictor::from_json(Json::parse(predictor->to_json().dump()));
  CHECK(intervals_of(again, judged) == intervals_of(*predictor, judged));
  CHECK(again.figures() == predictor->figures());
}

TEST_CASE("what is no interval predictor is refused") {
  const Judged judged(200, 7);
  const Json whole = IntervalPredictor::learn(judged.view(), judged.prices)->to_json();
  const auto refused = [&](const char* pointer, const Json& value) {
    Json broken = whole;
    broken[Json::json_pointer(pointer)] = value;
    CAPTURE(pointer);
    CHECK_THROWS(IntervalPredictor::from_json(broken));
  };
  refused("/schema_version", 2);
  refused("/coverage", 0.5);
  refused("/bands", Json::array());
  refused("/bands", "none");
  refused("/figures", nullptr);
  refused("/local_error/coefficients", {1, 2, 3});
  refused("/local_error/prices", {0, 10});
  refused("/local_error/knots/depth", {62, 61});
  refused("/local_error/knots/table", Json::array());
}
