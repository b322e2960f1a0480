// What is usual for a cut.
#pragma once

#include <diamond/core/diamond.h>
#include <diamond/metrics/quantile.h>

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace diamond {

using PerCut = std::array<double, grade_count<Cut>>;

/// The median of value_of_stone(const Diamond&) for each cut: of all stones where fewer than ten
/// have this cut, and `otherwise` where there are no stones.
template <class Value>
[[nodiscard]] PerCut medians_by_cut(std::span<const PricedDiamond> stones,
                                    const Value& value_of_stone, double otherwise) {
  constexpr std::size_t few = 10;
  std::vector<double> all;
  std::array<std::vector<double>, grade_count<Cut>> by_cut;
  for (const PricedDiamond& one : stones) {
    all.push_back(value_of_stone(one.stone));
    by_cut[static_cast<std::size_t>(one.stone.cut)].push_back(all.back());
  }
  PerCut medians{};
  medians.fill(all.empty() ? otherwise : nearest_rank(all, 0.5));
  for (std::size_t cut = 0; cut < medians.size(); ++cut)
    if (by_cut[cut].size() >= few) medians[cut] = nearest_rank(by_cut[cut], 0.5);
  return medians;
}

}  // namespace diamond
