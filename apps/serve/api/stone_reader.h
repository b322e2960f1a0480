// The nine fields of a stone, straight from the text of a request.
#pragma once

#include <diamond/core/diamond.h>

#include <optional>
#include <string_view>

namespace diamond::serve {

/// The stone, where the text is one JSON object with exactly the nine fields, each once and each as
/// it must be, and not so long that a database might not take it as it is. Nothing where anything
/// at all is to be said of the text: read_json_body and FieldReader, which build a tree of it, say
/// it. Makes no tree itself.
[[nodiscard]] std::optional<Diamond> read_stone(std::string_view text);

}  // namespace diamond::serve
