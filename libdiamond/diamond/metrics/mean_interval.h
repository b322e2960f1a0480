// How far the mean of some values may be from that of all others like them.
#pragma once

#include <algorithm>
#include <cmath>

namespace diamond {

/// 97.5 % of a standard normal lie below.
inline constexpr double normal_95 = 1.959964;

/// Half the 95 % interval of a mean by the normal approximation. Requires: rows > 0; `mean_square`
/// is the mean of the values' squares.
[[nodiscard]] inline double half_mean_interval(double mean, double mean_square, double rows) {
  return normal_95 * std::sqrt(std::max(0.0, mean_square - mean * mean) / rows);
}

}  // namespace diamond
