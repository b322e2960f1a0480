#include "request_id.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
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
  constexpr std::string_view digits = "0123456789abcdef";
  std::string id;
  for (int half = 0; half < 2; ++half) {
    std::uint64_t bits = random();
    for (int digit = 0; digit < 16; ++digit, bits >>= 4U) id += digits[bits & 15U];
  }
  return id;
}

}  // namespace diamond::serve
