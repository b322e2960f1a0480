#include "api/request_body.h"

#include "catch.h"
#include "support/messages.h"
#include "support/requests.h"

using namespace diamond;
using namespace diamond::serve;
using namespace diamond::testing;

namespace {

JsonBody read(const std::string& body) {
  return read_json_body(post("/predict", body));
}

Problem refusal(const Request& request) {
  return problem_of([&] { (void)read_json_body(request); });
}

Problem refusal(const std::string& body) {
  return refusal(post("/predict", body));
}

/// {"a": [[…]]} with so many arrays.
std::string nested(std::size_t arrays) {
  return R"({"a": )" + std::string(arrays, '[') + std::string(arrays, ']') + "}";
}

Request typed(const std::string& content_type) {
  Request request = post("/predict", "{}");
  request.content_type = content_type;
  return request;
}

}  // namespace

TEST_CASE("a JSON object is read as it stands") {
  const JsonBody body = read(R"( {"carat": 0.5, "cut": "Ideal", "more": [1, {"x": null}]} )");
  CHECK(body.object == Json::parse(R"({"carat": 0.5, "cut": "Ideal", "more": [1, {"x": null}]})"));
  CHECK(body.repeated.empty());
}

TEST_CASE("content types that mean JSON are accepted and so is none at all") {
  for (const char* type : {"", "application/json", "Application/JSON",
                           "application/json; charset=utf-8", "application/json ;charset=utf-8",
                           "application/problem+json", "application/vnd.shop+JSON; version=2"}) {
    INFO(type);
    CHECK(read_json_body(typed(type)).object == Json::object());
  }
}

TEST_CASE("other content types are refused with 415") {
  for (const char* type :
       {"text/plain", "application/x-www-form-urlencoded", "text/json", "application/jsonp",
        "multipart/form-data; boundary=json", "text/plain; type=application/json", "json"}) {
    INFO(type);
    const Problem problem = refusal(typed(type));
    CHECK(problem.status == 415);
    CHECK(problem.code == "wrong-content-type");
    check_says(problem.detail, {"Content-Type: application/json"});
  }
}

TEST_CASE("what is not JSON is refused with 400 and the place of the fault") {
  for (const char* body :
       {"", " ", "{", "carat=0.5", R"({"a": 1,})", R"({"a": NaN})", R"({'a': 1})", R"({"a": 1} {})",
        R"({"a": 01})", R"({"a": Infinity})", "// {}"}) {
    INFO(body);
    CHECK(refusal(body).status == 400);
    CHECK(refusal(body).code == "malformed-request");
  }
  check_says(refusal(R"({"a": x})").detail, {"not JSON", "at byte 7"});
}

TEST_CASE("what is not UTF-8 is refused with 400") {
  for (const char* body : {"{\"a\": \"\xff\"}", "{\"\xc3(\": 1}", "{\"a\": \"\xed\xa0\x80\"}",
                           "{\"a\": \"\xc0\x80\"}", "\xff\xfe{\0}\0"}) {
    INFO(body);
    CHECK(refusal(body).status == 400);
  }
  CHECK(read("{\"a\": \"\xe2\x82\xac\"}").object["a"] == "\xe2\x82\xac");
}

TEST_CASE("an object with 31 levels inside is read and one with more is refused with 400") {
  CHECK(read(nested(31)).object.contains("a"));
  for (const std::size_t levels : {std::size_t{32}, std::size_t{100000}}) {
    const Problem problem = refusal(nested(levels));
    CHECK(problem.status == 400);
    check_says(problem.detail, {"deeper than 32 levels"});
  }
  CHECK(refusal(std::string(100000, '[')).status == 400);  // before its end is looked for
}

TEST_CASE("levels are counted downwards only") {
  std::string wide = R"({"a": [)";
  for (int i = 0; i < 100; ++i) wide += "[],";
  CHECK(read(wide + "[]]}").object["a"].size() == 101);
}

TEST_CASE("JSON that is no object is refused with 422 and called by its kind") {
  const auto says = [](const std::string& body, const char* kind) {
    const Problem problem = refusal(body);
    INFO(body);
    CHECK(problem.status == 422);
    CHECK(problem.code == "invalid-fields");
    check_says(problem.detail, {"must be a JSON object, not ", kind});
    REQUIRE(problem.errors.size() == 1);
    CHECK(problem.errors[0].field.empty());
  };
  says("[]", "array");
  says("null", "null");
  says("7", "number");
  says("\"{}\"", "string");
  says("true", "boolean");
}

TEST_CASE("a number too large for a double is refused with 422 and its field is named") {
  for (const char* body :
       {R"({"carat": 1, "x": 1e999, "y": 2})", R"({"x": -1e999})", R"({"x": [1, {"y": 1e400}]})"}) {
    INFO(body);
    const Problem problem = refusal(body);
    CHECK(problem.status == 422);
    REQUIRE(problem.errors.size() == 1);
    CHECK(problem.errors[0].field == "x");
    check_says(problem.errors[0].message, {"too large"});
    check_says(problem.detail, {"x: the number is too large"});
  }
  CHECK(refusal("1e999").errors.at(0).field.empty());
}

TEST_CASE("a repeated key is noticed and the last value counts") {
  const JsonBody body = read(R"({"a": 1, "b": 2, "a": 3, "b": 4, "c": 5})");
  CHECK(body.repeated == std::vector<std::string>{"a", "b"});
  CHECK(body.object["a"] == 3);
  CHECK(body.object["b"] == 4);
  CHECK(read(R"({"a": 1, "\u0061": 2})").repeated == std::vector<std::string>{"a"});
}

TEST_CASE("keys further inside may be repeated") {
  CHECK(read(R"({"a": {"a": 1, "b": 2, "b": 3}, "b": [{"c": 1}, {"c": 1}]})").repeated.empty());
}
