#include <diamond/core/parallel.h>
#include <diamond/core/random.h>
#include <diamond/metrics/paired_bootstrap.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace diamond {
namespace {

constexpr std::uint64_t bundling_stream = 0;  // the resamples have 1, 2, …

/// What all four metrics of two models can be computed from, over one row or the sum of many.
struct Sums {
  double rows = 0;
  double challenger = 0;       // loss: |error|, error², or |error| / price
  double holder = 0;           // loss
  double centered = 0;         // price − mean price of all rows
  double centered_square = 0;  // its square

  Sums& operator+=(const Sums& other) {
    rows += other.rows;
    challenger += other.challenger;
    holder += other.holder;
    centered += other.centered;
    centered_square += other.centered_square;
    return *this;
  }
};

double loss(Metric metric, double actual, double predicted) {
  const double error = std::abs(actual - predicted);
  if (metric == Metric::mae) return error;
  if (metric == Metric::mape)
    return error / std::max(std::abs(actual), std::numeric_limits<double>::epsilon());
  return error * error;
}

/// Of rows with these sums; agrees with `evaluate`.
double value_of(Metric metric, double losses, const Sums& sums) {
  const double mean = losses / sums.rows;
  if (metric == Metric::rmse) return std::sqrt(mean);
  if (metric != Metric::r2) return mean;
  const double shift = sums.centered / sums.rows;
  const double mean_square = sums.centered_square / sums.rows;
  const double variance = mean_square - shift * shift;
  // Of equal prices the rounding leaves something that is not quite 0.
  if (variance <= 1e-12 * mean_square) return losses == 0 ? 1.0 : 0.0;
  return 1 - mean / variance;
}

double improvement_of(Metric metric, const Sums& sums) {
  return improvement(metric, value_of(metric, sums.challenger, sums),
                     value_of(metric, sums.holder, sums));
}

/// What is drawn: rows, or bundles of them.
std::vector<Sums> units_of(Metric metric, std::span<const double> actual,
                           std::span<const double> challenger, std::span<const double> holder,
                           const BootstrapSettings& settings) {
  const std::size_t rows = actual.size();
  const double mean =
      std::accumulate(actual.begin(), actual.end(), 0.0) / static_cast<double>(rows);
  const bool bundled = rows > settings.most_units;
  std::vector<Sums> units(bundled ? settings.most_units : rows);
  Random random(settings.seed, bundling_stream);
  for (std::size_t i = 0; i < rows; ++i) {
    const double centered = actual[i] - mean;
    units[bundled ? random.below(units.size()) : i] +=
        {1, loss(metric, actual[i], challenger[i]), loss(metric, actual[i], holder[i]), centered,
         centered * centered};
  }
  return units;
}

Sums draw(std::span<const Sums> units, Random random) {
  Sums sums;
  for (std::size_t i = 0; i < units.size(); ++i) sums += units[random.below(units.size())];
  return sums;
}

std::vector<double> resampled_improvements(Metric metric, std::span<const Sums> units,
                                           const BootstrapSettings& settings) {
  std::vector<double> improvements(settings.resamples);
  parallel_for(improvements.size(), 1, [&](std::size_t first, std::size_t /*last*/) {
    improvements[first] = improvement_of(metric, draw(units, Random(settings.seed, first + 1)));
  });
  return improvements;
}

Interval percentile_interval(std::vector<double> values, double confidence) {
  std::sort(values.begin(), values.end());
  const auto count = static_cast<double>(values.size());
  const auto rank = static_cast<std::size_t>(std::floor((count + 1) * (1 - confidence) / 2));
  const std::size_t k = std::max<std::size_t>(1, rank);
  return {values[k - 1], values[values.size() - k]};
}

}  // namespace

PairedComparison compare_paired(Metric metric, std::span<const double> actual,
                                std::span<const double> challenger, std::span<const double> holder,
                                const BootstrapSettings& settings) {
  const std::vector<Sums> units = units_of(metric, actual, challenger, holder, settings);
  PairedComparison comparison;
  comparison.challenger = evaluate(metric, actual, challenger);
  comparison.holder = evaluate(metric, actual, holder);
  comparison.improvement = improvement(metric, comparison.challenger, comparison.holder);
  comparison.interval =
      percentile_interval(resampled_improvements(metric, units, settings), settings.confidence);
  return comparison;
}

}  // namespace diamond
