// Addresses with places for words in them: "/v2/models/{name}/versions/{version}".
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace diamond::serve {

/// The words of `path` at the places that `pattern` has in braces, in order; they live as long as
/// the path. A word is not empty and has no '/'. Nothing where the path is another one.
[[nodiscard]] std::optional<std::vector<std::string_view>> words_at(std::string_view pattern,
                                                                    std::string_view path);

}  // namespace diamond::serve
