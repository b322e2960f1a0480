// From one number to another.
#pragma once

namespace diamond {

/// From `low` to `high`, both included.
struct Range {
  double low = 0;
  double high = 0;

  [[nodiscard]] bool contains(double value) const { return low <= value && value <= high; }
  [[nodiscard]] bool operator==(const Range&) const = default;
};

}  // namespace diamond
