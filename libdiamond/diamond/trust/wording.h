// How the numbers of a stone are written in sentences.
#pragma once

#include <diamond/core/diamond.h>

#include <string>

namespace diamond {

/// As a certificate rounds it: 0.01 carat, 0.01 mm, 0.1 %; never 0. Requires: `quantity` is not
/// `price`.
[[nodiscard]] double as_certified(Quantity quantity, double value);

/// "6.5", with up to six digits; "over a million".
[[nodiscard]] std::string shown(double value);

/// The number that `shown` shows: 57, not 56.99999999999999.
[[nodiscard]] double as_shown(double value);

/// "1.5 carat", "61.5 %", "6.5 mm". Requires: `quantity` is not `price`.
[[nodiscard]] std::string with_unit(Quantity quantity, double value);

/// "1.5 carat", "depth 61.5 %", "x 6.5 mm". Requires: `quantity` is not `price`.
[[nodiscard]] std::string with_name(Quantity quantity, double value);

/// "6.5 x 6.5 x 4 mm".
[[nodiscard]] std::string shown_size(const Diamond& stone);

}  // namespace diamond
