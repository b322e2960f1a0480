#include "catch.h"
#include "support/messages.h"
#include "support/stones.h"

#include <diamond/core/error.h>
#include <diamond/data/split.h>
#include <diamond/report/evaluation.h>

#include <cmath>
#include <limits>

using namespace diamond;
using namespace diamond::testing;

namespace {

/// Says 5,000 USD a carat; nothing finite above `most_carat`.
class ByWeight final : public Model {
 public:
  explicit ByWeight(double most_carat = 1000) : most_carat_(most_carat) {}
  [[nodiscard]] double predict(const Diamond& stone) const override {
    return stone.carat > most_carat_ ? std::numeric_limits<double>::infinity() : 5000 * stone.carat;
  }
  void predict(const TableView& view, std::span<double> prices) const override {
    for (std::size_t i = 0; i < prices.size(); ++i)
      prices[i] = predict(view.table.row(view.rows[i]).stone);
  }
  void save(const std::filesystem::path& /*directory*/) const override {}

 private:
  double most_carat_;
};

Evaluation evaluated(const std::vector<PricedDiamond>& stones, const Model& model = ByWeight()) {
  return evaluate_on(table_of(stones), model, std::nullopt, std::nullopt, "new.csv");
}

}  // namespace

TEST_CASE("the metrics on other data are those of the prices that the model finds for them") {
  const auto stones = random_stones(400, 3);
  std::vector<double> actual;
  std::vector<double> predicted;
  for (const PricedDiamond& one : stones) {
    actual.push_back(one.price);
    predicted.push_back(5000 * one.stone.carat);
  }
  const Evaluation evaluation = evaluated(stones);
  CHECK(evaluation.rows == 400);
  CHECK(evaluation.judged == 400);
  CHECK(evaluation.left_out.empty());
  for (const Metric metric : all_metrics) {
    const MetricEstimate& estimate = evaluation.metrics.at(metric);
    CHECK(relative_difference(estimate.value, evaluate(metric, actual, predicted)) < 1e-12);
    CHECK(estimate.interval.low < estimate.value);
    CHECK(estimate.value < estimate.interval.high);
  }
}

TEST_CASE("every row is in one slice of each field and the slices have figures of their own") {
  const Evaluation evaluation = evaluated(random_stones(400, 4));
  std::map<std::string, std::size_t> rows;
  for (const SliceEvaluation& slice : evaluation.slices) {
    rows[slice.figures.field] += slice.figures.rows;
    CHECK(slice.figures.metrics.size() == all_metrics.size());
  }
  CHECK(rows == std::map<std::string, std::size_t>{
                    {"carat", 400}, {"cut", 400}, {"color", 400}, {"clarity", 400}});
}

TEST_CASE("rows that cannot be judged are left out and counted with their reason") {
  auto stones = random_stones(100, 5);
  stones[3].stone.x = 0;
  stones[4].price = 0;
  stones[5].stone.carat = 9;
  const Evaluation evaluation = evaluated(stones, ByWeight(5));
  CHECK(evaluation.rows == 100);
  CHECK(evaluation.judged == 97);
  CHECK(evaluation.left_out == std::vector<Rejection>{{"zero_dimension", 1},
                                                      {"price_not_positive", 1},
                                                      {"no_finite_price", 1}});
}

TEST_CASE("where no row is left that is an error which names the data") {
  check_says(message_of<DataError>([] { (void)evaluated(random_stones(10, 6), ByWeight(0)); }),
             {"new.csv: ", "none of the rows"});
}

TEST_CASE("rows that the model was trained on are counted wherever they stand") {
  const auto stones = random_stones(50, 7);
  const Table table = table_of(stones);
  std::vector<std::uint64_t> hashes;
  for (std::size_t row = 40; row < 50; ++row) hashes.push_back(row_hash(table, row));
  std::sort(hashes.begin(), hashes.end());
  std::vector<PricedDiamond> mixed(stones.rbegin(), stones.rend());
  mixed.push_back(stones[45]);
  const auto judged = [&](const std::optional<KnownRows>& known) {
    return evaluate_on(table_of(mixed), ByWeight(), std::nullopt, known, "new.csv");
  };
  const Evaluation evaluation = judged(KnownRows{hashes, {row_hash(table, 3)}});
  CHECK(evaluation.in_training == 11);
  CHECK(evaluation.in_test == 1);
  CHECK_FALSE(judged(std::nullopt).in_training);
  CHECK_FALSE(judged(std::nullopt).in_test);
}

TEST_CASE("price intervals are held against the prices that were paid") {
  const ByWeight model;
  const auto learned_from = random_stones(2000, 8);
  const Table table = table_of(learned_from);
  const auto rows = all_rows(table);
  std::vector<double> prices(rows.size());
  model.predict({table, rows}, prices);
  const auto intervals = PriceIntervals::learn(model, {table, rows}, prices);
  REQUIRE(intervals);
  const auto stones = random_stones(1000, 9);
  const Evaluation evaluation =
      evaluate_on(table_of(stones), model, intervals, std::nullopt, "new.csv");
  double covered = 0;
  double width = 0;
  for (const PricedDiamond& one : stones) {
    const PriceInterval interval = intervals->interval(one.stone, model.predict(one.stone));
    covered += one.price >= interval.low && one.price <= interval.high ? 1 : 0;
    width += interval.high - interval.low;
  }
  REQUIRE(evaluation.interval);
  CHECK(evaluation.interval->coverage == Approx(covered / 1000));
  CHECK(evaluation.interval->mean_width == Approx(width / 1000));
  CHECK(std::abs(evaluation.interval->coverage - 0.9) < 0.04);
  double of_slices = 0;
  for (const SliceEvaluation& slice : evaluation.slices)
    if (slice.figures.field == "cut")
      of_slices += slice.interval.value().coverage * static_cast<double>(slice.figures.rows);
  CHECK(of_slices == Approx(covered));
}

TEST_CASE("an evaluation as JSON says what is not known with null") {
  const Json json = to_json(evaluated(random_stones(60, 10)));
  CHECK(json["rows_judged"] == 60);
  CHECK(json["rows_in_training"].is_null());
  CHECK(json["interval"].is_null());
  CHECK(json["metrics"]["mae"]["low"] < json["metrics"]["mae"]["value"]);
  CHECK(json["slices"][0]["field"] == "carat");
  CHECK(json["slices"][0]["measured_coverage"].is_null());
}
