// Bytes and counts, for people.
#pragma once

#include <cstdint>
#include <string>

namespace diamond::train {

/// Three digits and a decimal unit: "999 B", "1.23 kB", "45.6 MB", "1.20 GB".
[[nodiscard]] std::string shown_bytes(std::uintmax_t bytes);

/// "1 model", "3 models".
[[nodiscard]] std::string counted(std::uintmax_t number, const std::string& what);

}  // namespace diamond::train
