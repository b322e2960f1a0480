// The value below which a given share of all values lie.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

namespace diamond {

/// Between two neighbours in a line, as numpy.quantile does. Requires: `sorted` ascends and is not
/// empty; 0 ≤ share ≤ 1.
[[nodiscard]] inline double quantile(std::span<const double> sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto left = static_cast<std::size_t>(std::floor(place));
  const std::size_t right = std::min(left + 1, sorted.size() - 1);
  return sorted[left] + (place - std::floor(place)) * (sorted[right] - sorted[left]);
}

/// The nearest of the values themselves, found without sorting them all; changes their order.
/// Requires: `values` is not empty; 0 ≤ share ≤ 1.
[[nodiscard]] inline double nearest_rank(std::span<double> values, double share) {
  const double place = std::round(share * static_cast<double>(values.size() - 1));
  const auto nth = values.begin() + static_cast<std::ptrdiff_t>(place);
  std::nth_element(values.begin(), nth, values.end());
  return *nth;
}

}  // namespace diamond
