// A request's JSON body, read strictly.
#pragma once

#include "../http/message.h"

#include <diamond/core/json.h>

#include <string>
#include <vector>

namespace diamond::serve {

struct JsonBody {
  Json object;
  std::vector<std::string>
      repeated;  // keys of the object that stand in it more than once; the last one counts
};

/// Reads the body as one JSON object.
/// Throws ProblemError: 415 (another content type), 400 (not JSON, not UTF-8, or nested deeper than
/// 32 levels), 422 (no object, or a number that is too large for a double).
[[nodiscard]] JsonBody read_json_body(const Request& request);

/// Throws ProblemError 415 where the body is said to be something else than JSON.
void require_json_type(const Request& request);

/// Whether what the parser has just come upon lies deeper than a body may go.
[[nodiscard]] bool is_too_deep(int depth, Json::parse_event_t event);

}  // namespace diamond::serve
