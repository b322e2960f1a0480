#include "catch.h"
#include "support/stones.h"

#include <diamond/core/random.h>
#include <diamond/metrics/paired_bootstrap.h>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace diamond;
using namespace diamond::testing;
using Values = std::vector<double>;

namespace {

/// Prices, and two models of which the challenger is off by about half as much.
struct TwoModels {
  Values actual;
  Values challenger;
  Values holder;

  explicit TwoModels(std::size_t rows) {
    Random random(5, 5);
    for (std::size_t i = 0; i < rows; ++i) {
      actual.push_back(1000 + 4000 * random.uniform());
      challenger.push_back(actual.back() + 100 * random.normal());
      holder.push_back(actual.back() + 200 * random.normal());
    }
  }
};

/// The definition, written down plainly: each resample judged by `evaluate`.
Interval plainly(Metric metric, const TwoModels& models, const BootstrapSettings& settings) {
  const std::size_t rows = models.actual.size();
  Values improvements;
  for (std::size_t resample = 1; resample <= settings.resamples; ++resample) {
    Random random(settings.seed, resample);
    Values actual;
    Values challenger;
    Values holder;
    for (std::size_t i = 0; i < rows; ++i) {
      const std::size_t row = random.below(rows);
      actual.push_back(models.actual[row]);
      challenger.push_back(models.challenger[row]);
      holder.push_back(models.holder[row]);
    }
    improvements.push_back(improvement(metric, evaluate(metric, actual, challenger),
                                       evaluate(metric, actual, holder)));
  }
  std::sort(improvements.begin(), improvements.end());
  // 200 resamples at 95 %: floor(201 * 0.025) = 5, the fifth from either end.
  return {improvements[4], improvements[settings.resamples - 5]};
}

}  // namespace

TEST_CASE("the interval of a mean difference is that of the normal approximation") {
  // The holder is off by 20 + z, the challenger by 19: the improvement in MAE is 1 + mean(z), and
  // its standard error sd(z) / sqrt(n). The ends of an interval from 2,000 resamples are off by
  // sqrt(0.025 * 0.975 / 2000) / 0.0584 = 0.06 standard errors themselves; four times that is
  // allowed.
  constexpr std::size_t rows = 400;
  Random random(1, 2);
  const Values actual(rows, 1000);
  const Values challenger(rows, 1019);
  Values holder;
  for (std::size_t i = 0; i < rows; ++i) holder.push_back(1020 + 5 * random.normal());
  double mean = 0;
  for (const double price : holder) mean += (price - 1019) / rows;
  double variance = 0;
  for (const double price : holder) variance += std::pow(price - 1019 - mean, 2) / rows;
  const double error = std::sqrt(variance / rows);

  const PairedComparison result = compare_paired(Metric::mae, actual, challenger, holder);
  CHECK(std::abs(result.improvement - mean) < 1e-9);
  CHECK(result.challenger == 19);
  CHECK(std::abs(result.interval.low - (mean - 1.96 * error)) < 0.25 * error);
  CHECK(std::abs(result.interval.high - (mean + 1.96 * error)) < 0.25 * error);
}

TEST_CASE("the interval is that of the metrics of resampled rows, for every metric") {
  const TwoModels models(150);
  const BootstrapSettings settings{.resamples = 200};
  for (const Metric metric : all_metrics) {
    INFO(info(metric).name);
    const Interval expected = plainly(metric, models, settings);
    const Interval found =
        compare_paired(metric, models.actual, models.challenger, models.holder, settings).interval;
    CHECK(relative_difference(found.low, expected.low) < 1e-9);
    CHECK(relative_difference(found.high, expected.high) < 1e-9);
  }
}

TEST_CASE("smaller errors are an improvement in every metric, whichever way it counts") {
  const TwoModels models(500);
  for (const Metric metric : all_metrics) {
    INFO(info(metric).name);
    const auto better = compare_paired(metric, models.actual, models.challenger, models.holder);
    CHECK(better.challenger == evaluate(metric, models.actual, models.challenger));
    CHECK(better.holder == evaluate(metric, models.actual, models.holder));
    CHECK(better.improvement > 0);
    CHECK(better.interval.low > 0);
    CHECK(better.interval.low < better.improvement);
    CHECK(better.improvement < better.interval.high);
    const auto worse = compare_paired(metric, models.actual, models.holder, models.challenger);
    CHECK(worse.improvement == -better.improvement);
    CHECK(worse.interval.high == -better.interval.low);  // the same resamples
  }
}

TEST_CASE("two models that predict the same differ by nothing, without a doubt") {
  const TwoModels models(300);
  for (const Metric metric : all_metrics) {
    const auto same = compare_paired(metric, models.actual, models.holder, models.holder);
    CHECK(same.improvement == 0);
    CHECK(same.interval.low == 0);
    CHECK(same.interval.high == 0);
  }
}

TEST_CASE("what is hard for both models cancels out") {
  // Both are off by the same large numbers; the challenger by 1 less on every row.
  TwoModels models(300);
  for (std::size_t i = 0; i < 300; ++i) {
    models.holder[i] = models.actual[i] + 1 + 500.0 * static_cast<double>(i % 7);
    models.challenger[i] = models.holder[i] - 1;
  }
  const auto result = compare_paired(Metric::mae, models.actual, models.challenger, models.holder);
  CHECK(std::abs(result.interval.low - 1) < 1e-9);
  CHECK(std::abs(result.interval.high - 1) < 1e-9);
}

TEST_CASE("the same seed gives the same interval and another seed another one") {
  const TwoModels models(300);
  const auto interval = [&](std::uint64_t seed) {
    return compare_paired(Metric::rmse, models.actual, models.challenger, models.holder,
                          {.seed = seed})
        .interval;
  };
  CHECK(interval(1).low == interval(1).low);
  CHECK(interval(1).high == interval(1).high);
  CHECK(interval(1).low != interval(2).low);
}

TEST_CASE("more confidence needs a wider interval") {
  const TwoModels models(300);
  Interval narrower{0, 0};
  for (const double confidence : {0.5, 0.9, 0.95, 0.99, 0.99999}) {
    const Interval interval = compare_paired(Metric::mae, models.actual, models.challenger,
                                             models.holder, {.confidence = confidence})
                                  .interval;
    CHECK(interval.high - interval.low > narrower.high - narrower.low);
    narrower = interval;
  }
}

TEST_CASE("drawing bundles of many rows gives about the interval of drawing rows") {
  // 1,000 bundles know the standard deviation to 1 / sqrt(2 * 1000) = 2 %, 2,000 resamples each end
  // to 0.06 of 3.92 standard errors: together the width is off by some 3 %.
  const TwoModels models(20'000);
  for (const Metric metric : all_metrics) {
    INFO(info(metric).name);
    const auto rows = compare_paired(metric, models.actual, models.challenger, models.holder);
    const auto bundles = compare_paired(metric, models.actual, models.challenger, models.holder,
                                        {.most_units = 1000});
    CHECK(bundles.improvement == rows.improvement);
    const double width = rows.interval.high - rows.interval.low;
    CHECK(std::abs(bundles.interval.high - bundles.interval.low - width) < 0.12 * width);
    CHECK(std::abs(bundles.interval.low - rows.interval.low) < 0.12 * width);
  }
}
