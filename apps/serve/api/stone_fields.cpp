#include "stone_fields.h"

namespace diamond::serve {

AskedStone read_asked_stone(FieldReader& fields) {
  AskedStone asked;
  PartialDiamond& stone = asked.stone;
  stone.carat = fields.quantity(Quantity::carat);
  stone.cut = fields.grade<Cut>();
  stone.color = fields.grade<Color>();
  stone.clarity = fields.grade<Clarity>();
  for (const Quantity quantity : optional_quantities)
    value_of(stone, quantity) = fields.optional_quantity(quantity);
  fields.finish();
  asked.unknown_fields = fields.unknown_fields();
  return asked;
}

}  // namespace diamond::serve
