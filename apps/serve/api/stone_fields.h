// A stone as a JSON object has it, and which fields there are.
#pragma once

#include "field_reader.h"

#include <diamond/core/diamond.h>
#include <diamond/trust/completion.h>

#include <array>
#include <optional>
#include <string_view>
#include <vector>

namespace diamond::serve {

/// What has to be known of a stone.
inline constexpr std::array needed_fields = {Field::carat, Field::cut, Field::color,
                                             Field::clarity};

/// Nothing where no field has this name.
[[nodiscard]] std::optional<Field> field_called(std::string_view name);

struct AskedStone {
  PartialDiamond stone;
  std::vector<UnknownField> unknown_fields;
};

/// Weight and grades are needed; the other quantities may be absent or null. Throws ProblemError
/// 422 with everything that is wrong.
[[nodiscard]] AskedStone read_asked_stone(FieldReader& fields);

}  // namespace diamond::serve
