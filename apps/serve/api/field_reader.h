// The fields of a request, checked one by one; all faults are collected, none is thrown before the
// end.
#pragma once

#include "../http/problem.h"
#include "request_body.h"

#include <diamond/core/json.h>
#include <diamond/core/json_fields.h>

namespace diamond::serve {

class FieldReader : public JsonFields {
 public:
  /// Keys that stand in the body twice are faults at once.
  explicit FieldReader(const JsonBody& body);

  /// An object within a body, which outlives this.
  explicit FieldReader(const Json& object) : JsonFields(object) {}

  /// Throws ProblemError 422 with all faults, if there are any.
  void finish() const;
};

}  // namespace diamond::serve
