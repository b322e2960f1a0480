// Help for people who mistyped: which of the allowed words they most likely meant.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace diamond {

/// The word among `allowed` that takes the fewest single-letter edits from `word` (Levenshtein
/// distance, case ignored), or an empty view where none is nearer than half of its length. Ties go
/// to the first.
[[nodiscard]] std::string_view nearest_word(std::string_view word,
                                            std::span<const std::string_view> allowed);

/// The text in single quotes, fit for a terminal and a log: what is not printable ASCII becomes
/// \xNN, and what is longer than `longest` bytes is cut.
[[nodiscard]] std::string printable(std::string_view text, std::size_t longest = 40);

/// "a, b, c".
[[nodiscard]] std::string join(std::span<const std::string_view> words,
                               std::string_view separator = ", ");

}  // namespace diamond
