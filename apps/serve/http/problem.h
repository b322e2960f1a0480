// Errors as clients see them: RFC 9457, application/problem+json.
#pragma once

#include "message.h"

#include <diamond/core/json.h>
#include <diamond/core/json_fields.h>

#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace diamond::serve {

/// {"type", "title", "status", "detail", "instance", "request_id", "errors"?}. `code` is the stable
/// word that programs look at: the end of "type", which is "urn:diamond:problem:CODE".
struct Problem {
  int status = 500;
  std::string code;
  std::string title;
  std::string detail;
  std::vector<FieldError> errors;
  std::vector<std::pair<std::string, std::string>> headers = {};  // of the answer

  /// For a status about which no more is known.
  [[nodiscard]] static Problem of_status(int status);
};

/// Thrown by whatever turns a request into an answer.
class ProblemError : public std::exception {
 public:
  explicit ProblemError(Problem problem) : problem_(std::move(problem)) {}
  [[nodiscard]] const Problem& problem() const { return problem_; }
  [[nodiscard]] const char* what() const noexcept override { return problem_.detail.c_str(); }

 private:
  Problem problem_;
};

/// What it says, without what only an answer has: "instance" and "request_id".
[[nodiscard]] Json to_json(const Problem& problem);

[[nodiscard]] Answer to_answer(const Problem& problem, const Request& request);

}  // namespace diamond::serve
