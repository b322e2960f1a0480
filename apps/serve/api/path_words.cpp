#include "path_words.h"

#include <cstddef>

namespace diamond::serve {
namespace {

/// Hands each word to `take`. False, as soon as that shows, where the path does not fit.
template <class Take>
bool walk(std::string_view pattern, std::string_view path, const Take& take) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '{') {
      if (at == path.size() || path[at] != pattern[i]) return false;
      ++at;
      continue;
    }
    i = pattern.find('}', i);
    const std::string_view word = path.substr(at, path.find('/', at) - at);
    if (word.empty()) return false;
    take(word);
    at += word.size();
  }
  return at == path.size();
}

}  // namespace

bool fits(std::string_view pattern, std::string_view path) {
  return walk(pattern, path, [](std::string_view /*word*/) {});
}

std::vector<std::string_view> words_at(std::string_view pattern, std::string_view path) {
  std::vector<std::string_view> words;
  walk(pattern, path, [&words](std::string_view word) { words.push_back(word); });
  return words;
}

}  // namespace diamond::serve
