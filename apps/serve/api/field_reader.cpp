#include "field_reader.h"

#include <utility>

namespace diamond::serve {

FieldReader::FieldReader(const JsonBody& body) : JsonFields(body.object) {
  for (const std::string& name : body.repeated) fault(name, "is given more than once");
}

void FieldReader::finish() const {
  if (faults().empty()) return;
  Problem problem = Problem::of_status(422);
  problem.errors = faults();
  problem.detail = summary();
  throw ProblemError(std::move(problem));
}

}  // namespace diamond::serve
