#include "content_coding.h"

#include <zlib.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <limits>
#include <new>
#include <optional>

namespace diamond::serve {
namespace {

bool are_equal(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Takes the text before the separator, and it, away from the front.
std::string_view take_until(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view taken = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return trimmed(taken);
}

/// Thousandths: "0.5" is 500. What is no quality is none: 0.
int quality(std::string_view text) {
  constexpr std::size_t longest = 5;  // "0.125"
  const bool has_form = !text.empty() && text.size() <= longest &&
                        (text[0] == '0' || text[0] == '1') && (text.size() == 1 || text[1] == '.');
  if (!has_form) return 0;
  int thousandths = text[0] == '1' ? 1000 : 0;
  int place = 100;
  for (const char digit : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (digit < '0' || digit > '9') return 0;
    thousandths += (digit - '0') * place;
    place /= 10;
  }
  return thousandths <= 1000 ? thousandths : 0;
}

/// What a list says of the two codings that are offered.
struct Wishes {
  std::optional<int> gzip;
  std::optional<int> identity;
  std::optional<int> any;
};

/// "gzip;q=0.5"
void add_wish(Wishes& wishes, std::string_view element) {
  const std::string_view coding = take_until(element, ';');
  int wish = 1000;
  while (!element.empty()) {
    std::string_view value = take_until(element, ';');
    if (are_equal(take_until(value, '='), "q")) wish = quality(trimmed(value));
  }
  if (are_equal(coding, "gzip") || are_equal(coding, "x-gzip")) wishes.gzip = wish;
  if (are_equal(coding, "identity")) wishes.identity = wish;
  if (coding == "*") wishes.any = wish;
}

constexpr int quick_level = 1;
constexpr int gzip_format = MAX_WBITS + 16;  // zlib's way of saying it
constexpr int usual_memory = 8;

}  // namespace

bool takes_gzip(std::string_view accept_encoding) {
  Wishes wishes;
  while (!accept_encoding.empty()) add_wish(wishes, take_until(accept_encoding, ','));
  const int gzip = wishes.gzip.value_or(wishes.any.value_or(0));
  return gzip > 0 && gzip >= wishes.identity.value_or(0);
}

std::string gzip(std::string_view content, Effort effort) {
  z_stream stream{};
  const int level = effort == Effort::best ? Z_BEST_COMPRESSION : quick_level;
  if (deflateInit2(&stream, level, Z_DEFLATED, gzip_format, usual_memory, Z_DEFAULT_STRATEGY) !=
      Z_OK)
    throw std::bad_alloc();
  std::string compressed(deflateBound(&stream, static_cast<uLong>(content.size())), '\0');
  // zlib reads what is not const by its type alone.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(compressed.data());
  stream.avail_out = static_cast<uInt>(compressed.size());
  const int result = deflate(&stream, Z_FINISH);
  compressed.resize(stream.total_out);
  deflateEnd(&stream);
  if (result != Z_STREAM_END) throw std::bad_alloc();
  return compressed;
}

}  // namespace diamond::serve
