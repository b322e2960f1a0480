// A stone as a JSON object has it.
#pragma once

#include <diamond/core/json_fields.h>
#include <diamond/trust/completion.h>

namespace diamond {

/// Weight and grades are needed; the other quantities may be absent or null. What is wrong is noted
/// in the reader.
[[nodiscard]] PartialDiamond read_stone_fields(JsonFields& fields);

}  // namespace diamond
