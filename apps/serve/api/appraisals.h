// What is said of many stones at once.
#pragma once

#include "appraisal.h"

#include <diamond/trust/completion.h>

#include <cstddef>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace diamond::serve {

/// How many stones one request may have.
inline constexpr std::size_t most_stones = 10'000;

/// What is said of a stone, or why nothing can be.
using Valuation = std::variant<Appraisal, Problem>;

/// All stones, priced in one go; the answers are in their order.
[[nodiscard]] std::vector<Valuation> appraise_all(const ServedModel& served,
                                                  std::span<const PartialDiamond> stones);

}  // namespace diamond::serve
