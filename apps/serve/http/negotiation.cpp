#include "negotiation.h"

#include "entity_tag.h"

namespace diamond::serve {
namespace {

bool has_it(const Request& request, const Answer& answer) {
  return answer.status == 200 && !answer.etag.empty() && !request.if_none_match.empty() &&
         is_named(request.if_none_match, answer.etag);
}

void leave_out_body(Answer& answer) {
  answer.status = 304;
  answer.content_type.clear();
  answer.body.clear();
}

}  // namespace

void fit_to(const Request& request, Answer& answer) {
  if (has_it(request, answer)) leave_out_body(answer);
}

}  // namespace diamond::serve
