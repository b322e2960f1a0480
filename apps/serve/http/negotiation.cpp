#include "negotiation.h"

#include "content_coding.h"
#include "entity_tag.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace diamond::serve {
namespace {

constexpr std::array<std::string_view, 3> other_texts = {
    "application/json", "application/problem+json", "application/x-ndjson"};

bool is_text(std::string_view content_type) {
  const std::string_view type = content_type.substr(0, content_type.find(';'));
  return type.starts_with("text/") ||
         std::find(other_texts.begin(), other_texts.end(), type) != other_texts.end();
}

bool has_it(const Request& request, const Answer& answer) {
  return answer.status == 200 && !answer.etag.empty() && !request.if_none_match.empty() &&
         is_named(request.if_none_match, answer.etag);
}

void leave_out_body(Answer& answer) {
  answer.status = 304;
  answer.content_type.clear();
  answer.body.clear();
}

void compress(Answer& answer) {
  answer.body = answer.gzipped ? *answer.gzipped : gzip(answer.body, Effort::quick);
  answer.headers.emplace_back("Content-Encoding", "gzip");
}

}  // namespace

void fit_to(const Request& request, Answer& answer) {
  if (answer.body.size() < least_compressed && answer.etag.empty()) return;  // nearly every price
  const bool is_had = has_it(request, answer);
  if (answer.body.size() >= least_compressed && is_text(answer.content_type)) {
    answer.headers.emplace_back("Vary", "Accept-Encoding");
    if (takes_gzip(request.accept_encoding)) {
      if (!answer.etag.empty()) answer.etag = weak(answer.etag);
      if (!is_had) compress(answer);
    }
  }
  if (is_had) leave_out_body(answer);
}

}  // namespace diamond::serve
