// gzip, where a client takes it: the one file that sees zlib.
#pragma once

#include <string>
#include <string_view>

namespace diamond::serve {

/// Whether Accept-Encoding, a list of codings with qualities, allows gzip and prefers nothing else
/// that is offered here, which is the content as it is (RFC 9110, 12.5.3). Empty: it does not.
[[nodiscard]] bool takes_gzip(std::string_view accept_encoding);

/// `quick` for what is sent once, `best` for what is compressed once and sent often.
enum class Effort { quick, best };

/// The content as a gzip file (RFC 1952) in memory; the same each time. Throws std::bad_alloc.
[[nodiscard]] std::string gzip(std::string_view content, Effort effort);

}  // namespace diamond::serve
