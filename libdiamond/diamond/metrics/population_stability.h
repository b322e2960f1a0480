// Whether what comes in is still what was learned from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace diamond {

/// How often values fell between given edges. A grade counts as its number, worst 0.
struct Histogram {
  /// Ascending; bin i holds what is at least edges[i − 1] and below edges[i].
  std::vector<double> edges;
  /// One more than there are edges.
  std::vector<std::uint64_t> counts = {0};

  /// The bin that a value belongs to; NaN to the last one.
  [[nodiscard]] std::size_t bin_of(double value) const;

  void add(double value) { ++counts[bin_of(value)]; }

  [[nodiscard]] bool operator==(const Histogram&) const = default;
};

/// No counts yet, and bins that hold about equally many of `sorted`: at most `bins`, fewer where
/// values are so frequent that they fill more than one. Requires: `sorted` ascends, bins > 0.
[[nodiscard]] Histogram equal_bins(std::span<const double> sorted, std::size_t bins);

/// No counts yet, and a bin for each of so many grades. Requires: grades > 0.
[[nodiscard]] Histogram grade_bins(std::size_t grades);

/// The population stability index of two histograms over the same bins,
///
///   PSI = Σ (aᵢ − eᵢ) · ln(aᵢ / eᵢ),
///
/// with eᵢ and aᵢ the shares of bin i (N. Siddiqi, "Credit Risk Scorecards", 2006; it is Jeffreys'
/// divergence of 1946). 0: the same shares; scorecards call less than 0.1 no change, from 0.25 on a
/// great one. It is symmetric, and never negative.
///
/// So that empty bins do not make it infinite, half a count is added to every bin of both sides:
/// eᵢ = (countᵢ + ½) / (n + ½·bins), Jeffreys' prior. Chance alone makes it about
/// (bins − 1) · (1/n + 1/m) for n and m values (B. Yurdakul and J. Naranjo, "Statistical properties
/// of the population stability index", 2020): with ten bins a few hundred values are needed before
/// 0.1 means anything.
///
/// Requires: both have the same number of bins, at least 1.
[[nodiscard]] double population_stability_index(std::span<const std::uint64_t> expected,
                                                std::span<const std::uint64_t> actual);

}  // namespace diamond
