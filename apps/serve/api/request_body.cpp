#include "request_body.h"

#include "../http/problem.h"

#include <algorithm>
#include <set>

namespace diamond::serve {
namespace {

constexpr int deepest = 32;

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

/// Whether a Content-Type means JSON: application/json or …+json, with or without parameters. None
/// at all is taken for it.
bool is_json(std::string type) {
  if (type == "application/json") return true;
  type = type.substr(0, type.find(';'));
  type.erase(type.find_last_not_of(" \t") + 1);
  std::transform(type.begin(), type.end(), type.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return type.empty() || type == "application/json" || type.ends_with("+json");
}

/// Parses, and notices what the parsed tree would hide: keys of the object that are repeated, and
/// how deep it goes.
JsonBody parse_strictly(const std::string& text) {
  JsonBody body;
  std::set<std::string> names;
  std::string current;
  const auto notice = [&](int depth, Json::parse_event_t event, const Json& parsed) {
    if (event == Json::parse_event_t::key && depth == 1) {
      current = parsed.get<std::string>();
      if (!names.insert(current).second) body.repeated.push_back(current);
    }
    if (is_too_deep(depth, event))
      refuse(400, "the body is nested deeper than " + std::to_string(deepest) + " levels");
    return true;
  };
  try {
    body.object = Json::parse(text, notice);
  } catch (const Json::parse_error& error) {
    refuse(400,
           "the body is not JSON in UTF-8: the fault is at byte " + std::to_string(error.byte));
  } catch (const Json::out_of_range&) {
    refuse_field(current, "the number is too large: not finite as a double");
  }
  return body;
}

}  // namespace

bool is_too_deep(int depth, Json::parse_event_t event) {
  const bool opens =
      event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start;
  return opens && depth >= deepest;
}

void require_json_type(const Request& request) {
  if (!is_json(request.content_type))
    refuse(415, "the body must be JSON: send it with Content-Type: application/json");
}

JsonBody read_json_body(const Request& request) {
  require_json_type(request);
  JsonBody body = parse_strictly(request.body);
  if (!body.object.is_object())
    refuse_field("", "the body must be a JSON object, not " + std::string(body.object.type_name()));
  return body;
}

}  // namespace diamond::serve
