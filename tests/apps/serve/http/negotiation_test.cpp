#include "http/negotiation.h"

#include "catch.h"
#include "http/content_coding.h"
#include "support/requests.h"

#include <memory>
#include <string>

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

Answer with_body(const std::string& body, const std::string& type = "application/json") {
  return {200, type, body, {}};
}

const std::string large(least_compressed, 'x');

/// For a client that takes gzip.
Answer fitted(Answer answer) {
  Request request = get("/logs");
  request.accept_encoding = "gzip, br";
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

TEST_CASE("a large text is compressed where the client takes it") {
  for (const char* type : {"application/json", "application/problem+json", "text/html",
                           "text/javascript; charset=utf-8", "text/css", "text/plain"}) {
    INFO(type);
    const Answer answer = fitted(with_body(large, type));
    CHECK(answer.body == gzip(large, Effort::quick));
    CHECK(header(answer, "Content-Encoding") == "gzip");
    CHECK(header(answer, "Vary") == "Accept-Encoding");
  }
  Answer error = with_body(large, "application/problem+json");
  error.status = 422;
  CHECK(header(fitted(error), "Content-Encoding") == "gzip");
}

TEST_CASE("a small text and a picture stay as they are") {
  for (const Answer& answer :
       {with_body(large.substr(1)), with_body(large, "image/png"), with_body("")}) {
    CHECK(fitted(answer).body == answer.body);
    CHECK(fitted(answer).headers.empty());
  }
}

TEST_CASE("a client that does not take gzip is told that another may") {
  const Answer answer = fitted(with_body(large), "");
  CHECK(answer.body == large);
  CHECK(header(answer, "Content-Encoding").empty());
  CHECK(header(answer, "Vary") == "Accept-Encoding");
}

TEST_CASE("what was compressed beforehand is not compressed again") {
  Answer answer = with_body(large);
  answer.gzipped = std::make_shared<const std::string>("made before");
  CHECK(fitted(answer).body == "made before");
  CHECK(fitted(answer, "").body == large);
}

TEST_CASE("the tag of a compressed answer is weak, and names it in either form") {
  Answer answer = with_body(large);
  answer.etag = "\"a\"";
  CHECK(fitted(answer).etag == "W/\"a\"");
  CHECK(fitted(answer, "").etag == "\"a\"");
  for (const char* list : {"\"a\"", "W/\"a\""}) {
    Request request = get("/docs");
    request.accept_encoding = "gzip";
    request.if_none_match = list;
    Answer had = answer;
    fit_to(request, had);
    CHECK(had.status == 304);
    CHECK(had.body.empty());
    CHECK(had.etag == "W/\"a\"");
    CHECK(header(had, "Vary") == "Accept-Encoding");
    CHECK(header(had, "Content-Encoding").empty());
    CHECK(fitted(answer, list).status == 304);
    CHECK(fitted(answer, list).etag == "\"a\"");
  }
}
