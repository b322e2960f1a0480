#include "catch.h"

#include <diamond/core/random.h>
#include <diamond/metrics/bootstrap_interval.h>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace diamond;

namespace {

/// Prices, and a model that is off by 100 z, z normal.
struct Judged {
  std::vector<double> actual;
  std::vector<double> predicted;

  explicit Judged(std::size_t rows) {
    Random random(3, 7);
    for (std::size_t i = 0; i < rows; ++i) {
      actual.push_back(1000 + 4000 * random.uniform());
      predicted.push_back(actual.back() + 100 * random.normal());
    }
  }
};

}  // namespace

TEST_CASE("a model's metric lies within its bootstrap interval and is what evaluate says") {
  const Judged judged(500);
  for (const Metric metric : all_metrics) {
    const MetricEstimate estimate = bootstrap_interval(metric, judged.actual, judged.predicted);
    INFO(info(metric).name);
    CHECK(estimate.value == evaluate(metric, judged.actual, judged.predicted));
    CHECK(estimate.interval.low < estimate.value);
    CHECK(estimate.interval.high > estimate.value);
  }
}

TEST_CASE("the interval of a mean error is that of the normal approximation") {
  const std::size_t rows = 4000;
  const Judged judged(rows);
  const MetricEstimate mae = bootstrap_interval(Metric::mae, judged.actual, judged.predicted);
  // |z| has the mean sqrt(2/pi) and the variance 1 - 2/pi: the standard error of the mean of 4,000
  // of them, times 100, is 0.953. Its 95 % interval reaches 1.96 times that to each side.
  const double half = 1.96 * 100 * std::sqrt((1 - 2 / 3.14159265) / static_cast<double>(rows));
  CHECK(mae.value - mae.interval.low == Approx(half).epsilon(0.1));
  CHECK(mae.interval.high - mae.value == Approx(half).epsilon(0.1));
}

TEST_CASE("a model that is always right has no uncertainty") {
  const std::vector<double> actual = {100, 250, 900};
  const MetricEstimate r2 = bootstrap_interval(Metric::r2, actual, actual);
  CHECK(r2.value == 1);
  CHECK(r2.interval.low == 1);
  CHECK(r2.interval.high == 1);
}
