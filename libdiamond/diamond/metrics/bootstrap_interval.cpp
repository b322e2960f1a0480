#include <diamond/metrics/bootstrap_interval.h>

#include <algorithm>

namespace diamond {

MetricEstimate bootstrap_interval(Metric metric, std::span<const double> actual,
                                  std::span<const double> predicted,
                                  const BootstrapSettings& settings) {
  const PairedComparison to_perfect = compare_paired(metric, actual, predicted, actual, settings);
  // The metric is that of the perfect model, worsened by as much as it lacks to it.
  const auto value_at = [&](double lack) {
    return info(metric).better == Better::lower ? to_perfect.holder - lack
                                                : to_perfect.holder + lack;
  };
  const double one = value_at(to_perfect.interval.low);
  const double other = value_at(to_perfect.interval.high);
  return {to_perfect.challenger, {std::min(one, other), std::max(one, other)}};
}

}  // namespace diamond
