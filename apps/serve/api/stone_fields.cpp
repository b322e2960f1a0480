#include "stone_fields.h"

#include <diamond/trust/stone_fields.h>

#include <algorithm>

namespace diamond::serve {

std::optional<Field> field_called(std::string_view name) {
  const auto* const found = std::find(field_names.begin(), field_names.end(), name);
  if (found == field_names.end()) return std::nullopt;
  return static_cast<Field>(found - field_names.begin());
}

AskedStone read_asked_stone(FieldReader& fields) {
  const PartialDiamond stone = read_stone_fields(fields);
  fields.finish();
  return {stone, fields.unknown_fields()};
}

}  // namespace diamond::serve
