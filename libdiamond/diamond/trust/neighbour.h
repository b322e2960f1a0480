// A stone of a data set, as it is found from another stone.
#pragma once

#include <diamond/core/diamond.h>

namespace diamond {

struct Neighbour {
  PricedDiamond stone;
  /// From the other stone; see steps_between.
  double steps = 0;

  [[nodiscard]] bool operator==(const Neighbour&) const = default;
};

}  // namespace diamond
