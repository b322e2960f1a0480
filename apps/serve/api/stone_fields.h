// A stone as a JSON object has it.
#pragma once

#include "field_reader.h"

#include <diamond/trust/completion.h>

#include <vector>

namespace diamond::serve {

struct AskedStone {
  PartialDiamond stone;
  std::vector<UnknownField> unknown_fields;
};

/// Weight and grades are needed; the other quantities may be absent or null. Throws ProblemError
/// 422 with everything that is wrong.
[[nodiscard]] AskedStone read_asked_stone(FieldReader& fields);

}  // namespace diamond::serve
