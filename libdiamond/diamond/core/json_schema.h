// JSON documents held against a JSON Schema (draft 7, by valijson), with errors that a person can
// act on.
#pragma once

#include <diamond/core/json.h>

#include <string_view>

namespace diamond {

/// Throws UsageError where `document` is not as `schema` says. The error's place is
/// `PLACE#/json/pointer` of the first fault (`place` may end with a pointer itself:
/// "file.json#/models/0"); its text says what is allowed there (type, range, words; for an unknown
/// key the known ones and the nearest). Understands what the project's schemas use: type, enum,
/// minimum, maximum, exclusiveMinimum, exclusiveMaximum, minItems, items, properties, required,
/// additionalProperties, description.
void check_against_schema(const Json& document, const Json& schema, std::string_view place);

/// A copy of `document` in which every absent member that has a "default" in `schema` has that
/// value. Works down through objects; lists are left as they are.
[[nodiscard]] Json with_defaults(Json document, const Json& schema);

}  // namespace diamond
