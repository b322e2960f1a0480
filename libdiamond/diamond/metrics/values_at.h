// The values that some rows have.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace diamond {

/// In the order of `places`. Requires: each place < values.size().
[[nodiscard]] inline std::vector<double> values_at(std::span<const double> values,
                                                   std::span<const std::uint32_t> places) {
  std::vector<double> chosen;
  chosen.reserve(places.size());
  for (const std::uint32_t place : places) chosen.push_back(values[place]);
  return chosen;
}

}  // namespace diamond
