// What a person should know before he believes a price; and what a program needs to act on it.
#pragma once

#include <diamond/core/diamond.h>
#include <diamond/core/field_set.h>
#include <diamond/trust/neighbour.h>
#include <diamond/trust/range.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace diamond {

enum class WarningCode : std::uint8_t {
  assumed,        // a number that nobody gave
  decimal_point,  // a decimal point is one or two places off
  unit,           // all sizes are in centimetres, or in tenths of a millimetre
  exchanged,      // two numbers stand in each other's place
  contradiction,  // numbers do not go together
  outside_range,  // the training data do not reach as far
  no_neighbour    // no stone of the training data is near
};

/// By the enumerators' order; programs know them.
inline constexpr std::array<std::string_view, 7> warning_codes = {
    "assumed",       "decimal-point", "unit",        "exchanged",
    "contradiction", "outside-range", "no-neighbour"};

[[nodiscard]] constexpr std::string_view name_of(WarningCode code) {
  return warning_codes[static_cast<std::size_t>(code)];
}

/// A number that a stone can have.
struct Suggestion {
  Quantity quantity = Quantity::carat;
  double value = 0;

  [[nodiscard]] bool operator==(const Suggestion&) const = default;
};

/// The facts hold the numbers as the message shows them.
struct Warning {
  /// Where to look first.
  Field field = Field::carat;
  /// A sentence without its full stop, with the numbers that it is about.
  std::string message = {};
  WarningCode code = WarningCode::contradiction;
  /// What was assumed, or seems to be meant; empty where nothing is known to be better.
  std::vector<Suggestion> suggested = {};
  /// Of `assumed`: what the number follows from.
  FieldSet from = {};
  /// Of `outside_range`: how far the training data reach.
  std::optional<Range> range = {};
  /// Of `no_neighbour`: the nearest stone all the same.
  std::optional<Neighbour> nearest = {};

  [[nodiscard]] bool operator==(const Warning&) const = default;
};

}  // namespace diamond
