// Warnings as answers have them: a sentence for people, the facts for programs.
#pragma once

#include "field_reader.h"

#include <diamond/core/json.h>
#include <diamond/trust/warning.h>

namespace diamond::serve {

/// {"field", "message", "code", "suggested"?: {field: value, …}, "from"?: [field, …],
/// "range"?: {"low", "high"}, "nearest"?: a stone with its distance}.
[[nodiscard]] Json to_json(const Warning& warning);

/// {"field", "message", "code", "suggested_field"?}.
[[nodiscard]] Json to_json(const UnknownField& unknown);

}  // namespace diamond::serve
