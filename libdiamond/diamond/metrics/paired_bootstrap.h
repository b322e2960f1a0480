// Whether one model is better than another on the same rows, and how much of that may be chance.
#pragma once

#include <diamond/metrics/regression_metrics.h>

#include <cstddef>
#include <cstdint>
#include <span>

namespace diamond {

struct Interval {
  double low = 0;
  double high = 0;
};

/// Two models on the same rows, in the metric's unit.
struct PairedComparison {
  double challenger = 0;   // its metric
  double holder = 0;       // its metric
  double improvement = 0;  // positive: the challenger is better
  Interval interval;       // of the improvement
};

struct BootstrapSettings {
  double confidence = 0.95;  // 0 < confidence < 1
  std::uint64_t seed = 42;
  std::size_t resamples = 2000;  // at least 1
  /// Bounds the work to resamples · most_units draws, 131 million: about a second.
  std::size_t most_units = 65'536;
};

/// The two-sided percentile bootstrap interval of the improvement (Efron and Tibshirani 1993,
/// chapters 13 and 16): with B resamples and α = (1 − confidence) / 2, the k-th smallest and the
/// k-th largest of the B improvements, k = ⌊(B + 1) α⌋, at least 1.
///
/// A resample draws as many rows as there are, with replacement, and both models are judged on the
/// rows that were drawn: what makes a row hard for both cancels out. Where there are more than
/// `most_units` rows, each is first assigned at random to one of so many bundles, and whole bundles
/// are drawn: the sums over random bundles vary as the sums over single rows do.
///
/// The same settings and rows give the same result on every machine, to the bit. Runs on all
/// processors.
///
/// Requires: the three are equally long, at least 1, and finite.
[[nodiscard]] PairedComparison compare_paired(Metric metric, std::span<const double> actual,
                                              std::span<const double> challenger,
                                              std::span<const double> holder,
                                              const BootstrapSettings& settings = {});

}  // namespace diamond
