// A request's JSON body, read strictly.
#pragma once

#include "../http/message.h"

#include <diamond/core/json.h>

#include <optional>
#include <string>
#include <vector>

namespace diamond::serve {

struct JsonBody {
  Json object;
  std::vector<std::string>
      repeated;  // keys of the object that stand in it more than once; the last one counts
  std::optional<std::string> repeated_within = {};  // one of an object further in
};

/// Reads the body as one JSON object.
/// Throws ProblemError: 415 (another content type), 400 (not JSON, not UTF-8, or of a shape that is
/// not read: see JsonShape), 422 (no object, or a number that is too large for a double).
[[nodiscard]] JsonBody read_json_body(const Request& request);

/// Whether the body is said to be JSON; so is one of which nothing is said.
[[nodiscard]] bool is_json(const Request& request);

/// Throws ProblemError 415 where the body is said to be something else than JSON.
void require_json_type(const Request& request);

/// "text/csv" of "Text/CSV; charset=utf-8".
[[nodiscard]] std::string media_type(std::string content_type);

}  // namespace diamond::serve
