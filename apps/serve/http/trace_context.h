// Whose trace a request belongs to: W3C Trace Context, level 1
// (https://www.w3.org/TR/trace-context/).
#pragma once

#include <string_view>

namespace diamond::serve {

/// The trace-id in a traceparent header, "VERSION-TRACE-PARENT-FLAGS": 32 lower-case hexadecimal
/// digits. Of a version that is not known yet, what it has in common with "00". Empty: the header
/// is not valid, and counts for nothing.
[[nodiscard]] std::string_view trace_id_of(std::string_view traceparent);

/// Whether this could be a trace-id: see above, and not all zeros.
[[nodiscard]] bool is_trace_id(std::string_view text);

}  // namespace diamond::serve
