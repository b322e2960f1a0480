#include "request_body.h"

#include "../http/problem.h"
#include "json_shape.h"

#include <algorithm>
#include <utility>

namespace diamond::serve {
namespace {

[[noreturn]] void refuse(int status, std::string detail) {
  Problem problem = Problem::of_status(status);
  problem.detail = std::move(detail);
  throw ProblemError(std::move(problem));
}

[[noreturn]] void refuse_field(const std::string& field, const std::string& message) {
  Problem problem = Problem::of_status(422);
  problem.detail = (field.empty() ? "" : field + ": ") + message;
  problem.errors.push_back({field, message, {}});
  throw ProblemError(std::move(problem));
}

/// Throws ProblemError where the text is no JSON, or of a shape that is not read.
void check(const JsonShape& shape) {
  if (shape.is_too_deep)
    refuse(400,
           "the body is nested deeper than " + std::to_string(JsonShape::most_levels) + " levels");
  if (shape.is_too_wide)
    refuse(400, "an object of the body has more than " + std::to_string(JsonShape::most_members) +
                    " members");
  if (shape.fault_at)
    refuse(400, "the body is not JSON in UTF-8: the fault is at byte " +
                    std::to_string(*shape.fault_at));
  if (shape.too_large_at)
    refuse_field(*shape.too_large_at, "the number is too large: not finite as a double");
}

}  // namespace

std::string media_type(std::string content_type) {
  content_type = content_type.substr(0, content_type.find(';'));
  content_type.erase(content_type.find_last_not_of(" \t") + 1);
  std::transform(content_type.begin(), content_type.end(), content_type.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return content_type;
}

/// application/json or …+json.
bool is_json(const Request& request) {
  if (request.content_type == "application/json") return true;
  const std::string type = media_type(request.content_type);
  return type.empty() || type == "application/json" || type.ends_with("+json");
}

void require_json_type(const Request& request) {
  if (!is_json(request))
    refuse(415, "the body must be JSON: send it with Content-Type: application/json");
}

JsonBody read_json_body(const Request& request) {
  require_json_type(request);
  JsonShape shape = shape_of(request.body);
  check(shape);
  JsonBody body{Json::parse(request.body), std::move(shape.repeated),
                std::move(shape.repeated_within)};
  if (!body.object.is_object())
    refuse_field("", "the body must be a JSON object, not " + std::string(body.object.type_name()));
  return body;
}

}  // namespace diamond::serve
