#include "problem.h"

#include <array>

namespace diamond::serve {
namespace {

struct Known {
  int status;
  const char* code;
  const char* title;
};

constexpr std::array<Known, 15> known = {{
    {400, "malformed-request", "The request cannot be read"},
    {401, "unauthorized", "A key is needed here"},
    {403, "forbidden", "This is not allowed here"},
    {404, "not-found", "There is nothing here"},
    {405, "method-not-allowed", "This method is not offered here"},
    {408, "timeout", "The request took too long"},
    {413, "too-large", "The request is too large"},
    {414, "too-large", "The request's address is too long"},
    {415, "wrong-content-type", "The body is of a type that is not read here"},
    {422, "invalid-fields", "Some fields are not as they must be"},
    {429, "too-many-requests", "These are too many requests"},
    {431, "too-large", "The request's header is too long"},
    {500, "internal", "The server failed"},
    {501, "not-implemented", "This is not known here"},
    {503, "unavailable", "The service cannot answer now"},
}};

}  // namespace

Problem Problem::of_status(int status) {
  for (const Known& entry : known)
    if (entry.status == status) return {status, entry.code, entry.title, entry.title, {}};
  return {status, "refused", "The request is refused", "The request is refused", {}};
}

Json to_json(const Problem& problem) {
  Json body = {{"type", "urn:diamond:problem:" + problem.code},
               {"title", problem.title},
               {"status", problem.status},
               {"detail", problem.detail}};
  if (!problem.errors.empty()) {
    body["errors"] = Json::array();
    for (const FieldError& error : problem.errors) {
      Json entry = {{"field", error.field}, {"message", error.message}};
      if (!error.allowed.is_null()) entry["allowed"] = error.allowed;
      body["errors"].push_back(entry);
    }
  }
  return body;
}

Answer to_answer(const Problem& problem, const Request& request) {
  Json body = to_json(problem);
  body["instance"] = request.path;
  body["request_id"] = request.id;
  Answer answer;
  answer.status = problem.status;
  answer.content_type = "application/problem+json";
  answer.body = body.dump(-1, ' ', false, Json::error_handler_t::replace);
  answer.headers = problem.headers;
  return answer;
}

}  // namespace diamond::serve
