// Amounts of money as they are shown.
#pragma once

#include <cmath>

namespace diamond {

/// USD rounded to the cent, halves away from 0: the double that is nearest to that decimal.
[[nodiscard]] inline double in_cents(double usd) {
  return std::round(usd * 100) / 100;
}

}  // namespace diamond
