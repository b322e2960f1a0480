#include "http/problem.h"

#include "catch.h"
#include "support/requests.h"

using namespace diamond;
using namespace diamond::serve;
using namespace diamond::testing;

TEST_CASE("a problem is answered with the members of RFC 9457 and the request's id") {
  const Answer answer =
      to_answer({422, "invalid-fields", "A title", "What was wrong", {}}, post("/predict", "{}"));
  CHECK(answer.status == 422);
  CHECK(answer.content_type == "application/problem+json");
  CHECK(answer.headers.empty());
  CHECK(Json::parse(answer.body) ==
        Json::parse(R"({"type": "urn:diamond:problem:invalid-fields", "title": "A title",
                        "status": 422, "detail": "What was wrong", "instance": "/predict",
                        "request_id": "request-7"})"));
}

TEST_CASE("an answer has the headers of its problem") {
  Problem problem = Problem::of_status(429);
  problem.headers = {{"Retry-After", "7"}};
  CHECK(header(to_answer(problem, get("/")), "Retry-After") == "7");
}

TEST_CASE("a problem lists its fields, and what is allowed only where there is something to list") {
  const Problem problem{422,
                        "invalid-fields",
                        "",
                        "",
                        {{"cut", "is missing", Json::parse(R"(["Fair", "Good"])")},
                         {"carat", "is given more than once", {}}}};
  CHECK(Json::parse(to_answer(problem, get("/")).body)["errors"] ==
        Json::parse(R"([{"field": "cut", "message": "is missing", "allowed": ["Fair", "Good"]},
                        {"field": "carat", "message": "is given more than once"}])"));
}

TEST_CASE("bytes that are not UTF-8 are replaced in a problem") {
  Request request = get("/models/\xff");
  request.id = "\xc3(";
  const Problem problem{404, "not-found", "\xe2\x82", "\x80", {{"\xfe", "\xfd", Json("\xfc")}}};
  const Json body = Json::parse(to_answer(problem, request).body);
  const std::string replacement = "\xef\xbf\xbd";
  CHECK(body["instance"] == "/models/" + replacement);
  CHECK(body["request_id"] == replacement + "(");
  CHECK(body["title"] == replacement);
  CHECK(body["detail"] == replacement);
  CHECK(body["errors"][0] ==
        Json({{"field", replacement}, {"message", replacement}, {"allowed", replacement}}));
}

TEST_CASE("a status has a word and a title of its own") {
  const auto code = [](int status) { return Problem::of_status(status).code; };
  CHECK(code(400) == "malformed-request");
  CHECK(code(401) == "unauthorized");
  CHECK(code(403) == "forbidden");
  CHECK(code(404) == "not-found");
  CHECK(code(405) == "method-not-allowed");
  CHECK(code(408) == "timeout");
  CHECK(code(413) == "too-large");
  CHECK(code(414) == "too-large");
  CHECK(code(415) == "wrong-content-type");
  CHECK(code(422) == "invalid-fields");
  CHECK(code(429) == "too-many-requests");
  CHECK(code(431) == "too-large");
  CHECK(code(500) == "internal");
  CHECK(code(501) == "not-implemented");
  CHECK(code(503) == "unavailable");
  CHECK(Problem::of_status(415).title == "The body is of a type that is not read here");
  const Problem problem = Problem::of_status(404);
  CHECK(problem.status == 404);
  CHECK(problem.title == "There is nothing here");
  CHECK(problem.detail == problem.title);
  CHECK(problem.errors.empty());
}

TEST_CASE("a status without a word of its own is a refusal") {
  const Problem problem = Problem::of_status(418);
  CHECK(problem.status == 418);
  CHECK(problem.code == "refused");
  CHECK(problem.title == "The request is refused");
}

TEST_CASE("a thrown problem says its detail") {
  CHECK(std::string(ProblemError({400, "", "", "the detail", {}}).what()) == "the detail");
}
