// How much of a model's metric may be the chance of the rows that it was judged on.
#pragma once

#include <diamond/metrics/paired_bootstrap.h>
#include <diamond/metrics/regression_metrics.h>

#include <span>

namespace diamond {

/// A metric, and between what it would lie on other rows like these.
struct MetricEstimate {
  double value = 0;
  Interval interval;
};

/// The two-sided percentile bootstrap interval of one model's metric: `compare_paired` against the
/// model that is always right, whose metric is what no model can improve on. So the resamples, the
/// cost and what is required are the same.
[[nodiscard]] MetricEstimate bootstrap_interval(Metric metric, std::span<const double> actual,
                                                std::span<const double> predicted,
                                                const BootstrapSettings& settings = {});

}  // namespace diamond
