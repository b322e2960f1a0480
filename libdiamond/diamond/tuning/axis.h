// A numeric range as the samplers see it: a stretch of real numbers on which all places are alike.
#pragma once

#include <diamond/tuning/search_space.h>

#include <optional>

namespace diamond {

/// Whole numbers own the stretch from ½ below to ½ above them; on a logarithmic scale the places
/// are natural logarithms (of the stretch's ends, for whole numbers).
struct Axis {
  double low = 0;
  double high = 1;
  Scale scale = Scale::linear;
  bool whole = false;
  double least = 0;  // the range's own ends
  double most = 1;

  [[nodiscard]] double place_of(double coordinate) const;

  /// The coordinate at a place: rounded where it is a whole number, and never outside the range.
  [[nodiscard]] double coordinate_at(double place) const;
};

[[nodiscard]] Axis axis_of(const FloatRange& range);
[[nodiscard]] Axis axis_of(const IntRange& range);

/// The only coordinate of a dimension that leaves no choice: low == high, or a single value.
[[nodiscard]] std::optional<double> only_coordinate(const Dimension& dimension);

}  // namespace diamond
