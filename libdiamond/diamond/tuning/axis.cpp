#include <diamond/tuning/axis.h>

#include <algorithm>
#include <cmath>

namespace diamond {
namespace {

Axis scaled(Axis axis) {
  if (axis.scale == Scale::linear) return axis;
  axis.low = std::log(axis.low);
  axis.high = std::log(axis.high);
  return axis;
}

struct OnlyCoordinate {
  std::optional<double> operator()(const Choices& choices) const {
    return choices.values.size() == 1 ? std::optional(0.0) : std::nullopt;
  }
  template <class Range>
  std::optional<double> operator()(const Range& range) const {
    return range.low == range.high ? std::optional(static_cast<double>(range.low)) : std::nullopt;
  }
};

}  // namespace

double Axis::place_of(double coordinate) const {
  return scale == Scale::logarithmic ? std::log(coordinate) : coordinate;
}

double Axis::coordinate_at(double place) const {
  const double number = scale == Scale::logarithmic ? std::exp(place) : place;
  // + 0.0: a whole number has one zero only, and so it comes back from a file.
  return std::clamp(whole ? std::round(number) + 0.0 : number, least, most);
}

Axis axis_of(const FloatRange& range) {
  return scaled({range.low, range.high, range.scale, false, range.low, range.high});
}

Axis axis_of(const IntRange& range) {
  const auto least = static_cast<double>(range.low);
  const auto most = static_cast<double>(range.high);
  return scaled({least - 0.5, most + 0.5, range.scale, true, least, most});
}

std::optional<double> only_coordinate(const Dimension& dimension) {
  return std::visit(OnlyCoordinate{}, dimension.range);
}

}  // namespace diamond
