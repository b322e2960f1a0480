// The stones of a table whose prices are asked, as far as they are known.
#pragma once

#include <diamond/core/table.h>
#include <diamond/trust/completion.h>

#include <cstddef>
#include <string>
#include <variant>

namespace diamond {

/// Why a row can have no price: a number that no stone has, or no weight (NaN).
struct ImpossibleRow {
  Quantity quantity = Quantity::carat;
  double value = 0;
};

/// The stone in this row. What is missing is unknown; the weight may not be. Prices are not looked
/// at. Requires: row < table.rows().
[[nodiscard]] std::variant<PartialDiamond, ImpossibleRow> asked_stone(const Table& table,
                                                                      std::size_t row);

/// "carat is missing", "x must be above 0 and at most 100, not 0".
[[nodiscard]] std::string message_of(const ImpossibleRow& row);

}  // namespace diamond
