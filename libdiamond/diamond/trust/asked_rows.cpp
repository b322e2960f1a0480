#include <diamond/trust/asked_rows.h>
#include <diamond/trust/wording.h>

#include <cmath>

namespace diamond {

std::variant<PartialDiamond, ImpossibleRow> asked_stone(const Table& table, std::size_t row) {
  PartialDiamond stone;
  stone.cut = table.cut[row];
  stone.color = table.color[row];
  stone.clarity = table.clarity[row];
  stone.carat = table[Quantity::carat][row];
  if (!is_possible(Quantity::carat, stone.carat))
    return ImpossibleRow{Quantity::carat, stone.carat};
  for (const Quantity quantity : optional_quantities) {
    const double value = table[quantity][row];
    if (std::isnan(value)) continue;
    if (!is_possible(quantity, value)) return ImpossibleRow{quantity, value};
    value_of(stone, quantity) = value;
  }
  return stone;
}

std::string message_of(const ImpossibleRow& row) {
  const std::string name(info(row.quantity).name);
  if (std::isnan(row.value)) return name + " is missing";
  return name + " must be above 0 and at most " + shown(info(row.quantity).upper_limit) + ", not " +
         shown(row.value);
}

}  // namespace diamond
