// Addresses with places for words in them: "/v2/models/{name}/versions/{version}".
#pragma once

#include <string_view>
#include <vector>

namespace diamond::serve {

/// Whether the path is the pattern, with any words at the places that it has in braces. A word is
/// not empty and has no '/'.
[[nodiscard]] bool fits(std::string_view pattern, std::string_view path);

/// These words, in order; they live as long as the path. Requires: fits(pattern, path).
[[nodiscard]] std::vector<std::string_view> words_at(std::string_view pattern,
                                                     std::string_view path);

}  // namespace diamond::serve
