// A row of numbers as the trees of this library look at it. Of its own models only.
//
// A row's numbers become whole numbers of the same order, each in two slots: where it is missing,
// one holds what is below all thresholds and the other what is above all. A node names the slot
// that leads the way it wants missing values to go. A category becomes one bit, and a node's set
// the bits that go right.
#pragma once

#include <diamond/models/xgboost_format.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace diamond::forest {

inline constexpr std::size_t most_columns = 63;
inline constexpr std::size_t slot_count = 128;

/// Holds what is at or above any key.
inline constexpr std::uint32_t top_slot = 0;
inline constexpr std::uint32_t above_all = std::numeric_limits<std::uint32_t>::max();

[[nodiscard]] constexpr std::size_t slot_of(std::size_t column, bool is_default_left) {
  return 1 + 2 * column + (is_default_left ? 0 : 1);
}

/// Keeps the order of numbers, -0 being 0; nothing is at 0 or `above_all`. Requires: not NaN.
[[nodiscard]] inline std::uint32_t ordered(float value) {
  constexpr std::uint32_t sign = 0x80000000U;
  const auto bits = std::bit_cast<std::uint32_t>(value + 0.0F);
  return (bits & sign) != 0 ? ~bits : bits | sign;
}

/// The bit of a category; none for what is no category that a set could hold.
[[nodiscard]] inline std::uint32_t bit_of(float category) {
  if (!(category >= 0 && category < 32)) return 0;
  return std::uint32_t{1} << static_cast<std::uint32_t>(category);
}

/// Fills the slots for a row, NaN being missing. `is_category`: for each column.
/// Requires: the row has at most `most_columns`.
inline void fill_slots(std::span<const float> row,
                       const std::array<bool, most_columns>& is_category, std::uint32_t* slots) {
  slots[top_slot] = above_all;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const bool is_missing = std::isnan(row[i]);
    const std::uint32_t value = is_category[i] ? bit_of(row[i]) : ordered(row[i]);
    slots[slot_of(i, true)] = is_missing ? 0 : value;
    slots[slot_of(i, false)] = is_missing ? above_all : value;
  }
}

/// The set of each node of a tree, as bits; empty where no node has one. Throws UnknownModel where
/// a set is none, or has categories above 31.
[[nodiscard]] std::vector<std::uint32_t> category_sets(const xgboost::TreeArrays& tree);

/// Whether the prediction is the exponential of the leaves' sum, or the sum itself. Throws
/// UnknownModel where the objective is not one for regression that does either.
[[nodiscard]] bool takes_exponential(const xgboost::ModelHead& head);

/// What the leaves are added to. Throws as `takes_exponential` does.
[[nodiscard]] float base_of(const xgboost::ModelHead& head);

}  // namespace diamond::forest
