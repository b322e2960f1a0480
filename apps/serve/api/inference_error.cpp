#include "inference_error.h"

#include <diamond/core/json.h>

namespace diamond::serve {

bool speaks_inference_protocol(std::string_view path) {
  return path == "/v2" || path.starts_with("/v2/");
}

Answer to_inference_answer(const Problem& problem) {
  Answer answer;
  answer.status = problem.status == 422 ? 400 : problem.status;
  answer.body =
      Json{{"error", problem.detail}}.dump(-1, ' ', false, Json::error_handler_t::replace);
  answer.headers = problem.headers;
  return answer;
}

}  // namespace diamond::serve
