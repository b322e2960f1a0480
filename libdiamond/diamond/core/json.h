// JSON as the project uses it: keys stay in the order in which they were written, so that files
// read as documented.
#pragma once

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <string_view>

// Made once, in json.cpp: the library's templates take longer to compile than all that uses them.
extern template class nlohmann::basic_json<nlohmann::ordered_map>;

namespace diamond {

using Json = nlohmann::ordered_json;

/// Parses `text`; `place` names it in errors.
/// Throws UsageError with `place:line:column` where it is not JSON.
[[nodiscard]] Json parse_json(std::string_view text, std::string_view place);

/// The text with U+FFFD in the place of what is not UTF-8: JSON holds nothing else.
[[nodiscard]] std::string valid_utf8(std::string_view text);

/// Reads and parses a file. Throws UsageError where it cannot be read or is not JSON.
[[nodiscard]] Json read_json(const std::filesystem::path& file);

}  // namespace diamond
