// JSON values as text, whatever bytes are in them.
#pragma once

#include <diamond/core/json.h>

#include <string>

namespace diamond {

/// In one line; what is not UTF-8 is replaced.
[[nodiscard]] inline std::string text_of(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace diamond
