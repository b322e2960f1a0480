// Warnings as JSON: a sentence for people, the facts for programs. As text at once: a
// batch of stones that are not wholly known has five warnings for each.
#pragma once

#include <diamond/core/json_fields.h>
#include <diamond/trust/warning.h>

#include <string>

namespace diamond {

/// Appends {"field", "message", "code", "suggested"?: {field: value, …}, "from"?: [field, …],
/// "range"?: {"low", "high"}, "nearest"?: a stone with its distance}.
void append(std::string& text, const Warning& warning);

/// Appends {"field", "message", "code", "suggested_field"?}; what is not UTF-8 is replaced.
void append(std::string& text, const UnknownField& unknown);

}  // namespace diamond
