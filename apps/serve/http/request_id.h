// The names that requests are quoted by.
#pragma once

#include <string>
#include <string_view>

namespace diamond::serve {

/// Whether a client's id is fit for headers, logs and databases: 1 to 128 letters, digits, '-',
/// '_', '.', ':'.
[[nodiscard]] bool is_sane_request_id(std::string_view id);

/// A UUID of version 7 (RFC 9562) without its dashes: 32 hexadecimal digits, which rise with time
/// to the millisecond, so that an index of them grows at its end, and are random beyond that.
[[nodiscard]] std::string make_request_id();

}  // namespace diamond::serve
