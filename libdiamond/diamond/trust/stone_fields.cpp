#include <diamond/trust/stone_fields.h>

namespace diamond {

PartialDiamond read_stone_fields(JsonFields& fields) {
  PartialDiamond stone;
  stone.carat = fields.quantity(Quantity::carat);
  stone.cut = fields.grade<Cut>();
  stone.color = fields.grade<Color>();
  stone.clarity = fields.grade<Clarity>();
  for (const Quantity quantity : optional_quantities)
    value_of(stone, quantity) = fields.optional_quantity(quantity);
  return stone;
}

}  // namespace diamond
