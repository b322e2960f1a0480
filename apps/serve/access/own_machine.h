// What this machine calls itself, when nobody else is meant.
#pragma once

#include <string_view>

namespace diamond::serve {

/// "localhost", "::1" or an address of 127.0.0.0/8.
[[nodiscard]] bool is_loopback_name(std::string_view name);

/// Of a request's Host header, "localhost:8000" or "[::1]" for instance: whether it names this
/// machine by such a name. Empty, as HTTP/1.0 may leave it: it does.
[[nodiscard]] bool is_loopback_host(std::string_view host);

}  // namespace diamond::serve
