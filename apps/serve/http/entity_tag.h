// Entity tags: how a client says which answer it has already (RFC 9110, 8.8.3 and 13.1.2).
#pragma once

#include <string>
#include <string_view>

namespace diamond::serve {

/// A strong tag, with its quotes: two contents have the same one only where they are the same.
[[nodiscard]] std::string etag_of(std::string_view content);

/// The same tag for another form of the content: compressed, say.
[[nodiscard]] std::string weak(const std::string& etag);

/// Whether If-None-Match, a list of tags or "*", names this one or its weak form. What is no list
/// of tags names those before its first fault.
[[nodiscard]] bool is_named(std::string_view if_none_match, std::string_view etag);

}  // namespace diamond::serve
