#include "http/negotiation.h"

#include "catch.h"
#include "support/requests.h"

using namespace diamond::serve;
using namespace diamond::testing;

namespace {

Answer tagged() {
  Answer answer{200, "application/json", "{}", {{"Cache-Control", "no-cache"}}};
  answer.etag = "\"a\"";
  return answer;
}

Answer fitted(Answer answer, const std::string& if_none_match) {
  Request request = get("/models/a");
  request.if_none_match = if_none_match;
  fit_to(request, answer);
  return answer;
}

}  // namespace

TEST_CASE("an answer that the client has becomes 304 with all that it needs to go on using it") {
  const Answer answer = fitted(tagged(), "\"a\"");
  CHECK(answer.status == 304);
  CHECK(answer.body.empty());
  CHECK(answer.content_type.empty());
  CHECK(answer.etag == "\"a\"");
  CHECK(header(answer, "Cache-Control") == "no-cache");
}

TEST_CASE("an answer that the client has not is given whole") {
  for (const char* list : {"", "\"b\""}) {
    const Answer answer = fitted(tagged(), list);
    CHECK(answer.status == 200);
    CHECK(answer.body == "{}");
    CHECK(answer.etag == "\"a\"");
  }
}

TEST_CASE("an error and an answer without a tag are never had") {
  Answer error = tagged();
  error.status = 404;
  CHECK(fitted(error, "*").status == 404);
  CHECK(fitted(Answer(), "*").status == 200);
}
