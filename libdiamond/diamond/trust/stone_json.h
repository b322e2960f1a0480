// Stones as JSON.
#pragma once

#include <diamond/core/diamond.h>
#include <diamond/core/json.h>
#include <diamond/trust/neighbour.h>

namespace diamond {

/// A number, or the name of a grade.
[[nodiscard]] Json value_in(const Diamond& stone, Field field);

/// {"carat", "cut", …, "z", "price"}.
[[nodiscard]] Json to_json(const PricedDiamond& diamond);

/// The same with its "distance", in steps and to the thousandth.
[[nodiscard]] Json to_json(const Neighbour& neighbour);

}  // namespace diamond
