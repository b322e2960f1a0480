#include "entity_tag.h"

#include <diamond/core/hash.h>

#include <algorithm>
#include <cstddef>

namespace diamond::serve {
namespace {

constexpr std::string_view weak_mark = "W/";
constexpr std::size_t digits = 32;  // of the hash: 128 bits

std::string_view without_weak_mark(std::string_view tag) {
  return tag.starts_with(weak_mark) ? tag.substr(weak_mark.size()) : tag;
}

std::string_view without(std::string_view text, std::string_view leading) {
  return text.substr(std::min(text.find_first_not_of(leading), text.size()));
}

/// The length of the tag that the text begins with, with its quotes; 0: with none.
std::size_t tag_length(std::string_view text) {
  if (!text.starts_with('"')) return 0;
  const std::size_t end = text.find('"', 1);
  return end == std::string_view::npos ? 0 : end + 1;
}

}  // namespace

std::string etag_of(std::string_view content) {
  return '"' + sha256_hex(content).substr(0, digits) + '"';
}

std::string weak(const std::string& etag) {
  return etag.starts_with(weak_mark) ? etag : std::string(weak_mark) + etag;
}

bool is_named(std::string_view if_none_match, std::string_view etag) {
  if (if_none_match == "*") return true;
  const std::string_view wanted = without_weak_mark(etag);
  for (std::string_view left = without(if_none_match, " \t,"); !left.empty();
       left = without(left, " \t,")) {
    left = without_weak_mark(left);
    const std::size_t length = tag_length(left);
    if (length == 0) return false;
    if (left.substr(0, length) == wanted) return true;
    left.remove_prefix(length);
  }
  return false;
}

}  // namespace diamond::serve
