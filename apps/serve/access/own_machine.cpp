#include "own_machine.h"

#include <algorithm>
#include <cctype>
#include <string>

namespace diamond::serve {
namespace {

/// "[::1]:8000" → "::1", "localhost:8000" → "localhost".
std::string_view without_port(std::string_view host) {
  if (!host.starts_with('[')) return host.substr(0, host.find(':'));
  const std::size_t end = host.find(']');
  return end == std::string_view::npos ? std::string_view() : host.substr(1, end - 1);
}

std::string in_lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

}  // namespace

bool is_loopback_name(std::string_view name) {
  const bool only_numbers = name.find_first_not_of("0123456789.") == std::string_view::npos;
  return name == "localhost" || name == "::1" || (name.starts_with("127.") && only_numbers);
}

bool is_loopback_host(std::string_view host) {
  return host.empty() || is_loopback_name(in_lower_case(without_port(host)));
}

}  // namespace diamond::serve
