#include "request_id.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdint>
#include <random>

namespace diamond::serve {
namespace {

void append_hex(std::string& text, std::uint64_t bits) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (unsigned shift = 64; shift != 0;) text += digits[bits >> (shift -= 4) & 15U];
}

}  // namespace

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
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto milliseconds = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
  constexpr std::uint64_t version = std::uint64_t{7} << 12U;
  constexpr std::uint64_t variant = std::uint64_t{2} << 62U;
  std::string id;
  id.reserve(32);
  append_hex(id, milliseconds << 16U | version | (random() & 0xfffU));
  append_hex(id, variant | random() >> 2U);
  return id;
}

}  // namespace diamond::serve
