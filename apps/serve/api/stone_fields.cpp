#include "stone_fields.h"

#include <diamond/trust/stone_fields.h>

namespace diamond::serve {

AskedStone read_asked_stone(FieldReader& fields) {
  const PartialDiamond stone = read_stone_fields(fields);
  fields.finish();
  return {stone, fields.unknown_fields()};
}

}  // namespace diamond::serve
