#include "trace_context.h"

#include <cstddef>

namespace diamond::serve {
namespace {

constexpr std::size_t version_size = 2;
constexpr std::size_t trace_size = 32;
constexpr std::size_t parent_size = 16;
constexpr std::size_t flags_size = 2;
constexpr std::size_t trace_at = version_size + 1;
constexpr std::size_t parent_at = trace_at + trace_size + 1;
constexpr std::size_t flags_at = parent_at + parent_size + 1;
constexpr std::size_t size = flags_at + flags_size;

/// Upper case is not allowed.
bool is_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_hex_and_not_zero(std::string_view text) {
  return is_hex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

bool has_dashes(std::string_view text) {
  return text[trace_at - 1] == '-' && text[parent_at - 1] == '-' && text[flags_at - 1] == '-';
}

/// Later versions may have more to say, behind one more dash.
bool has_the_end_of(std::string_view version, std::string_view text) {
  return text.size() == size || (version != "00" && text[size] == '-');
}

}  // namespace

std::string_view trace_id_of(std::string_view traceparent) {
  if (traceparent.size() < size || !has_dashes(traceparent)) return {};
  const std::string_view version = traceparent.substr(0, version_size);
  const std::string_view trace = traceparent.substr(trace_at, trace_size);
  const bool is_valid = is_hex(version) && version != "ff" &&
                        has_the_end_of(version, traceparent) && is_trace_id(trace) &&
                        is_hex_and_not_zero(traceparent.substr(parent_at, parent_size)) &&
                        is_hex(traceparent.substr(flags_at, flags_size));
  return is_valid ? trace : std::string_view();
}

bool is_trace_id(std::string_view text) {
  return text.size() == trace_size && is_hex_and_not_zero(text);
}

}  // namespace diamond::serve
