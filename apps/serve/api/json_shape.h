// What a look at JSON text shows before a tree of nodes is made of it: whether it is JSON, and of a
// shape that makes such a tree cheap.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace diamond::serve {

struct JsonShape {
  /// To write a deeper tree takes a piece of the stack for each level.
  static constexpr std::size_t most_levels = 32;
  /// A member is found among those of its object by looking at one after another.
  static constexpr std::size_t most_members = 256;

  /// Nothing beyond what is allowed, and JSON in UTF-8.
  [[nodiscard]] bool is_sound() const {
    return !fault_at && !too_large_at && !is_too_deep && !is_too_wide;
  }

  std::optional<std::size_t> fault_at;      // the byte at which it is no JSON
  std::optional<std::string> too_large_at;  // the member of the outermost object that is, or holds,
                                            // a number that no double holds
  bool is_too_deep = false;
  bool is_too_wide = false;
  std::vector<std::string> repeated;  // members of the outermost object that it has more than once
  std::optional<std::string> repeated_within;  // one that an object further in has more than once
};

/// Looks until something is wrong. Takes time with the length of the text.
[[nodiscard]] JsonShape shape_of(std::string_view text);

}  // namespace diamond::serve
