// Which version of the project this is.
#pragma once

#include <string_view>

namespace diamond {

/// "1.0.0"
[[nodiscard]] std::string_view version();

}  // namespace diamond
