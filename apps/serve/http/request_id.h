// The names that requests are quoted by.
#pragma once

#include <string>
#include <string_view>

namespace diamond::serve {

/// Whether a client's id is fit for headers, logs and databases: 1 to 128 letters, digits, '-',
/// '_', '.', ':'.
[[nodiscard]] bool is_sane_request_id(std::string_view id);

/// 32 random hexadecimal digits.
[[nodiscard]] std::string make_request_id();

}  // namespace diamond::serve
