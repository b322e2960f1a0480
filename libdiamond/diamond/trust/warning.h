// What a person should know before he believes a price.
#pragma once

#include <diamond/core/diamond.h>

#include <string>

namespace diamond {

struct Warning {
  /// Where to look first.
  Field field = Field::carat;
  /// A sentence without its full stop, with the numbers that it is about.
  std::string message;

  [[nodiscard]] bool operator==(const Warning&) const = default;
};

}  // namespace diamond
