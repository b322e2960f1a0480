#include <diamond/metrics/population_stability.h>
#include <diamond/metrics/quantile.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace diamond {
namespace {

constexpr double prior = 0.5;  // counts that every bin has from the start

/// The share of each bin, never 0.
std::vector<double> shares(std::span<const std::uint64_t> counts) {
  const auto total =
      static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0})) +
      prior * static_cast<double>(counts.size());
  std::vector<double> shares;
  for (const std::uint64_t count : counts)
    shares.push_back((static_cast<double>(count) + prior) / total);
  return shares;
}

}  // namespace

std::size_t Histogram::bin_of(double value) const {
  return static_cast<std::size_t>(std::upper_bound(edges.begin(), edges.end(), value) -
                                  edges.begin());
}

Histogram equal_bins(std::span<const double> sorted, std::size_t bins) {
  Histogram histogram;
  for (std::size_t i = 1; i < bins && !sorted.empty(); ++i) {
    const double edge = quantile(sorted, static_cast<double>(i) / static_cast<double>(bins));
    const double before = histogram.edges.empty() ? sorted.front() : histogram.edges.back();
    if (edge > before) histogram.edges.push_back(edge);
  }
  histogram.counts.assign(histogram.edges.size() + 1, 0);
  return histogram;
}

Histogram grade_bins(std::size_t grades) {
  Histogram histogram;
  for (std::size_t i = 1; i < grades; ++i) histogram.edges.push_back(static_cast<double>(i));
  histogram.counts.assign(grades, 0);
  return histogram;
}

double population_stability_index(std::span<const std::uint64_t> expected,
                                  std::span<const std::uint64_t> actual) {
  const std::vector<double> e = shares(expected);
  const std::vector<double> a = shares(actual);
  double index = 0;
  for (std::size_t i = 0; i < e.size(); ++i) index += (a[i] - e[i]) * std::log(a[i] / e[i]);
  return index;
}

}  // namespace diamond
