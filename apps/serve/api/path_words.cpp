#include "path_words.h"

#include <cstddef>

namespace diamond::serve {

std::optional<std::vector<std::string_view>> words_at(std::string_view pattern,
                                                      std::string_view path) {
  std::vector<std::string_view> words;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '{') {
      if (path.empty() || path.front() != pattern[i]) return std::nullopt;
      path.remove_prefix(1);
      continue;
    }
    i = pattern.find('}', i);
    const std::string_view word = path.substr(0, path.find('/'));
    if (word.empty()) return std::nullopt;
    words.push_back(word);
    path.remove_prefix(word.size());
  }
  if (!path.empty()) return std::nullopt;
  return words;
}

}  // namespace diamond::serve
