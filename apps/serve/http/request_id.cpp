#include "request_id.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <random>

namespace diamond::serve {

bool is_sane_request_id(std::string_view id) {
  constexpr std::size_t longest = 128;
  const auto is_sane = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("-_.:").find(c) != std::string_view::npos;
  };
  return !id.empty() && id.size() <= longest && std::all_of(id.begin(), id.end(), is_sane);
}

std::string make_request_id() {
  thread_local std::mt19937_64 random{std::random_device{}() * std::uint64_t{0x9e3779b97f4a7c15} ^
                                      std::random_device{}()};
  std::array<char, 33> digits{};
  std::snprintf(digits.data(), digits.size(), "%016llx%016llx",
                static_cast<unsigned long long>(random()),
                static_cast<unsigned long long>(random()));
  return digits.data();
}

}  // namespace diamond::serve
