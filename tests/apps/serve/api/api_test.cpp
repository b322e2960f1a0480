#include "api/api.h"

#include "catch.h"
#include "http/messages.h"
#include "support/keys.h"
#include "support/messages.h"
#include "support/requests.h"

#include <diamond/core/clock.h>

#include <chrono>
#include <sstream>
#include <stdexcept>

using namespace diamond;
using namespace diamond::serve;
using namespace diamond::testing;

namespace {

/// An endpoint that answers the same whatever is asked.
Endpoint fixed(std::string name, std::string method, std::string path, Right needs, Outcome outcome,
               Logged logged = Logged::yes) {
  return {std::move(name),
          std::move(method),
          std::move(path),
          needs,
          logged,
          Pace::quick,
          [outcome = std::move(outcome)](const Request&) { return outcome; }};
}

Outcome body(std::string text) {
  Outcome outcome;
  outcome.answer.body = std::move(text);
  return outcome;
}

std::vector<Endpoint> endpoints() {
  Outcome price = body(R"({"price": 7})");
  price.model_id = "model-1";
  price.predictions = 3;
  price.answer.headers.emplace_back("X-Own", "kept");
  Outcome list = body(R"(["long"])");
  list.logged_response = R"({"entries":1})";
  Outcome kept = body("\"kept\"");
  kept.answer.etag = "\"tag\"";
  Outcome missing = body(R"({"why": "no such stone"})");
  missing.answer.status = 404;
  return {fixed("predict", "POST", "/predict", Right::prices, price),
          fixed("logs", "GET", "/logs", Right::logs, list),
          fixed("logs", "POST", "/logs", Right::logs, list),
          fixed("samples", "POST", "/samples", Right::prices, missing),
          fixed("models", "GET", "/models/{id}", Right::models, body("\"one\"")),
          fixed("kept", "GET", "/kept", Right::models, kept),
          fixed("health", "GET", "/livez", Right::nothing, body("\"alive\""), Logged::no),
          {"refusing", "POST", "/refusing", Right::prices, Logged::yes, Pace::quick,
           [](const Request&) -> Outcome {
             throw ProblemError({422, "invalid-fields", "", "cut is missing", {}});
           }},
          {"failing", "GET", "/failing/{id}", Right::models, Logged::yes, Pace::patient,
           [](const Request&) -> Outcome { throw std::runtime_error("the secret reason"); }},
          {"failing", "GET", "/quietly-failing", Right::models, Logged::no, Pace::patient,
           [](const Request&) -> Outcome { throw std::runtime_error("the secret reason"); }}};
}

struct Fixture {
  explicit Fixture(std::vector<std::string> cors_origins = {})
      : api(endpoints(), {std::move(cors_origins), ClientDetail::prefix}, gate, store, recording,
            log) {}

  std::ostringstream said;
  Log log{said, LogFormat::text};
  MemoryStore store;
  Trouble recording{log, "exchanges cannot be recorded", "exchanges are recorded again"};
  Gate gate{Reach::this_machine};
  Api api;

  /// What leaves once all that has to be recorded is.
  Answer answer(const Request& request) {
    Reply reply = api.reply(request);
    api.commit({&reply, 1});
    return reply.instead.value_or(reply.answer);
  }

  /// The one exchange that answering the request records.
  Exchange recorded(const Request& request) {
    store.exchanges.clear();
    (void)answer(request);
    REQUIRE(store.exchanges.size() == 1);
    return store.exchanges[0];
  }
};

Json json_of(const Answer& answer) {
  return Json::parse(answer.body);
}

Request from_page(Request request, const std::string& origin) {
  request.origin = origin;
  return request;
}

Request with_method(Request request, const std::string& method) {
  request.method = method;
  return request;
}

}  // namespace

TEST_CASE("an endpoint's answer is given as it is") {
  Fixture f;
  const Answer answer = f.answer(post("/predict", "{}"));
  CHECK(answer.status == 200);
  CHECK(answer.content_type == "application/json");
  CHECK(answer.body == R"({"price": 7})");
  CHECK(answer.headers == decltype(answer.headers){{"X-Own", "kept"}});
}

TEST_CASE("of the client's address as much is recorded as was chosen") {
  Fixture f;
  Request request = post("/predict", "{}");
  CHECK(f.recorded(request).client.empty());
  request.client = "192.0.2.77";
  CHECK(f.recorded(request).client == "192.0.2.0/24");
}

TEST_CASE("an exchange is recorded with every column") {
  Fixture f;
  const std::string before = iso_time(std::chrono::system_clock::now());
  const Exchange exchange = f.recorded(post("/predict", R"({ "carat": 0.50 })"));
  CHECK(exchange.timestamp >= before);
  CHECK(exchange.timestamp <= iso_time(std::chrono::system_clock::now()));
  CHECK(exchange.request_id == "request-7");
  CHECK(exchange.endpoint == "predict");
  CHECK(exchange.method == "POST");
  CHECK(exchange.path == "/predict");
  CHECK(exchange.status == 200);
  CHECK(exchange.duration_ms >= 0);
  CHECK(exchange.model_id == "model-1");
  CHECK(exchange.request == R"({"carat":0.5})");
  CHECK(exchange.response == R"({"price":7})");
}

TEST_CASE("the trace that a request belongs to is recorded") {
  Fixture f;
  Request request = post("/predict", "{}");
  CHECK(f.recorded(request).trace_id.empty());
  request.trace_id = "0af7651916cd43dd8448eb211c80319c";
  CHECK(f.recorded(request).trace_id == request.trace_id);
}

TEST_CASE("a reply says what is to be counted, whether it is recorded or not") {
  Fixture f;
  for (const bool keeping : {true, false}) {
    f.store.keeping = keeping;
    const Tally price = f.api.reply(post("/predict", "{}")).tally;
    CHECK(price.endpoint == "predict");
    CHECK(price.model_id == "model-1");
    CHECK(price.predictions == 3);
    CHECK(f.api.reply(get("/predict")).tally.endpoint == "predict");
    CHECK(f.api.reply(get("/predict")).tally.predictions == 0);
    CHECK(f.api.reply(get("/livez")).tally.endpoint == "health");
    CHECK(f.api.reply(get("/nothing")).tally.endpoint == "none");
  }
}

TEST_CASE("what an endpoint wants logged stands in the place of its answer") {
  Fixture f;
  CHECK(f.recorded(get("/logs")).response == R"({"entries":1})");
  CHECK(f.answer(get("/logs")).body == R"(["long"])");
}

TEST_CASE("an answer that is an error is recorded too") {
  Fixture f;
  const Exchange missing = f.recorded(post("/samples", "{}"));
  CHECK(missing.status == 404);
  CHECK(missing.response == R"({"why":"no such stone"})");
  const Exchange refused = f.recorded(post("/refusing", "{}"));
  CHECK(refused.status == 422);
  CHECK(refused.endpoint == "refusing");
  CHECK(refused.model_id.empty());
  CHECK(Json::parse(refused.response)["detail"] == "cut is missing");
}

TEST_CASE("a problem that an endpoint throws is the answer") {
  Fixture f;
  const Answer answer = f.answer(post("/refusing", "{}"));
  CHECK(answer.status == 422);
  CHECK(answer.content_type == "application/problem+json");
  CHECK(json_of(answer)["instance"] == "/refusing");
  CHECK(json_of(answer)["request_id"] == "request-7");
}

TEST_CASE("an endpoint that is not to be logged is not recorded") {
  Fixture f;
  CHECK(f.answer(get("/livez")).body == "\"alive\"");
  CHECK(f.answer(with_method(get("/livez"), "POST")).status == 405);
  f.store.broken = true;  // nor does it need the store
  CHECK(f.answer(get("/livez")).status == 200);
  CHECK(f.store.exchanges.empty());
}

TEST_CASE("an address without an endpoint is 404 and is not recorded") {
  Fixture f;
  for (const char* path : {"/", "", "/predict/", "/Predict", "/models", "/models/", "/models/a/b",
                           "/livez/x", "//predict"}) {
    INFO(path);
    const Answer answer = f.answer(get(path));
    CHECK(answer.status == 404);
    CHECK(answer.content_type == "application/problem+json");
    CHECK(json_of(answer)["type"] == "urn:diamond:problem:not-found");
    CHECK(json_of(answer)["instance"] == path);
  }
  CHECK(f.store.exchanges.empty());
}

TEST_CASE("the last part of an address may stand for any one word") {
  Fixture f;
  const Exchange exchange = f.recorded(get("/models/20261124T080000Z-linear-000000"));
  CHECK(exchange.endpoint == "models");
  CHECK(exchange.path == "/models/20261124T080000Z-linear-000000");
  CHECK(exchange.status == 200);
}

TEST_CASE("a method that is not offered is 405 with those that are and is recorded") {
  Fixture f;
  const Answer answer = f.answer(get("/predict"));
  CHECK(answer.status == 405);
  CHECK(header(answer, "Allow") == "POST");
  check_says(json_of(answer)["detail"], {"GET is not offered at /predict", "POST"});
  CHECK(header(f.answer(with_method(get("/logs"), "DELETE")), "Allow") == "GET, HEAD, POST");
  CHECK(header(f.answer(with_method(get("/models/x"), "PUT")), "Allow") == "GET, HEAD");
  const Exchange exchange = f.recorded(get("/predict"));
  CHECK(exchange.endpoint == "predict");
  CHECK(exchange.method == "GET");
  CHECK(exchange.status == 405);
  CHECK(f.answer(with_method(post("/predict", ""), "HEAD")).status == 405);
}

TEST_CASE("HEAD is answered where GET is") {
  Fixture f;
  const Exchange exchange = f.recorded(with_method(get("/logs"), "HEAD"));
  CHECK(exchange.status == 200);
  CHECK(exchange.method == "HEAD");
  CHECK(f.answer(with_method(get("/livez"), "HEAD")).status == 200);
}

TEST_CASE("an endpoint that fails gives 500, and why stands in the log only") {
  Fixture f;
  for (const char* path : {"/failing/x", "/failing/\xff", "/quietly-failing"}) {
    INFO(path);
    f.said.str("");
    const Answer answer = f.answer(get(path));
    CHECK(answer.status == 500);
    CHECK(json_of(answer)["type"] == "urn:diamond:problem:internal");
    CHECK(answer.body.find("secret") == std::string::npos);
    check_says(f.said.str(), {"a request failed", "request-7", "the secret reason"});
  }
  const Exchange exchange = f.recorded(get("/failing/x"));
  CHECK(exchange.status == 500);
  CHECK(exchange.response.find("secret") == std::string::npos);
}

TEST_CASE("what cannot be recorded is not answered") {
  Fixture f;
  f.store.broken = true;
  const Answer answer = f.answer(post("/predict", "{}"));
  CHECK(answer.status == 503);
  CHECK(json_of(answer)["type"] == "urn:diamond:problem:unavailable");
  CHECK(answer.body.find("price") == std::string::npos);
  CHECK(answer.body.find("disk") == std::string::npos);
  check_says(f.said.str(), {"cannot be recorded", "request-7", "the disk is full"});
}

TEST_CASE("a body that is no JSON is recorded as a JSON string") {
  Fixture f;
  CHECK(f.recorded(post("/predict", R"(carat="1")")).request == R"("carat=\"1\"")");
  CHECK(f.recorded(post("/predict", "{\"a\": 1")).request == R"("{\"a\": 1")");
  CHECK(f.recorded(post("/predict", "\xff")).request == "\"\xef\xbf\xbd\"");
  CHECK(f.recorded(post("/predict", R"({"x": 1e999})")).request == R"("{\"x\": 1e999}")");
}

TEST_CASE("a body that is empty is recorded as null") {
  Fixture f;
  CHECK(f.recorded(post("/predict", "")).request == "null");
}

TEST_CASE(
    "what the front door refuses is answered as it says, and recorded where it has an address") {
  Fixture f;
  Request request = post("/predict", "");
  request.refusal = Refusal{413, "the body is longer than the 7 bytes that are read"};
  const Answer answer = f.answer(request);
  CHECK(answer.status == 413);
  CHECK(json_of(answer)["type"] == "urn:diamond:problem:too-large");
  CHECK(json_of(answer)["detail"] == request.refusal->detail);
  CHECK(f.recorded(request).status == 413);
  CHECK(f.recorded(request).endpoint == "predict");
  f.store.exchanges.clear();
  request.path = "/";
  request.method = "OPTIONS";
  CHECK(f.answer(request).status == 413);
  CHECK(f.store.exchanges.empty());
}

TEST_CASE("exchanges that leave together are recorded together, or none of them is") {
  Fixture f;
  std::vector<Reply> replies;
  for (const char* path : {"/logs", "/livez", "/models/a"})
    replies.push_back(f.api.reply(get(path)));
  f.api.commit(replies);
  REQUIRE(f.store.exchanges.size() == 2);
  CHECK(f.store.exchanges[1].path == "/models/a");
  f.store.broken = true;
  f.api.commit(replies);
  CHECK(replies[0].instead->status == 503);
  CHECK_FALSE(replies[1].instead.has_value());
  CHECK(json_of(*replies[2].instead)["instance"] == "/models/a");
}

TEST_CASE("what is answered from memory is known by its address, which has no query") {
  const Fixture f;
  for (const char* target : {"/predict", "/livez", "/models/x"}) CHECK(f.api.is_quick(target, 0));
  for (const char* target : {"/failing/x", "/failing/x?y", "/quietly-failing",
                             "/predict?explain=true", "/nothing", "/", ""})
    CHECK_FALSE(f.api.is_quick(target, 0));
}

TEST_CASE("a body that takes long to read is not read by who has others to answer") {
  const Fixture f;
  CHECK(f.api.is_quick("/predict", 4096));
  CHECK_FALSE(f.api.is_quick("/predict", 4097));
}

TEST_CASE("however an address is spelled, what it is found to be is patient where it may wait") {
  const Fixture f;
  Messages messages(f.api, 60);
  int patient = 0;
  for (const char* target :
       {"/failing/x", "/failin%67/x", "/%66ailing/x", "/failing%2Fx", "/failing/x#y", "/failing/%",
        "/quietly-failing#a", "/quietly-failing%23", "/quietly-failing?", "/quietly%2dfailing",
        "/models/..%2Fquietly-failing", "/livez/../quietly-failing", "//quietly-failing"}) {
    INFO(target);
    RawRequest request;
    request.method = "GET";
    request.target = target;
    if (messages.answer(std::move(request), "").reply.tally.endpoint != "failing") continue;
    ++patient;
    CHECK_FALSE(f.api.is_quick(target, 0));
  }
  CHECK(patient > 5);
}

TEST_CASE("where nothing is kept nothing is prepared for it") {
  Fixture f;
  f.store.keeping = false;
  CHECK_FALSE(f.api.reply(post("/predict", "{}")).record.has_value());
}

TEST_CASE("a body nested beyond all measure is recorded as text") {
  Fixture f;
  for (const std::size_t levels : {std::size_t{33}, std::size_t{500000}}) {
    const std::string deep = std::string(levels, '[') + std::string(levels, ']');
    CHECK((f.recorded(post("/refusing", deep)).request == "\"" + deep + "\""));
  }
  const std::string fair = std::string(32, '[') + std::string(32, ']');
  CHECK(f.recorded(post("/refusing", fair)).request == fair);
}

TEST_CASE("U+0000 is recorded as U+FFFD, and a backslash before u0000 stays what it is") {
  Fixture f;
  CHECK(f.recorded(post("/predict", R"({"a\u0000b": "\u0000\u0000"})")).request ==
        R"({"a\ufffdb":"\ufffd\ufffd"})");
  CHECK(f.recorded(post("/predict", R"(["\\u0000", "\\\u0000", "\\\\u0000"])")).request ==
        R"(["\\u0000","\\\ufffd","\\\\u0000"])");
  CHECK(f.recorded(post("/predict", std::string("a\0b", 3))).request == R"("a\ufffdb")");
}

TEST_CASE("a query is recorded as an object") {
  Fixture f;
  CHECK(f.recorded(get("/logs", {{"limit", "5"}, {"endpoint", "all"}})).request ==
        R"({"endpoint":"all","limit":"5"})");
  CHECK(f.recorded(get("/logs", {{"a", "\xff"}})).request == "{\"a\":\"\xef\xbf\xbd\"}");
  CHECK(f.recorded(get("/logs")).request == "null");
  Request both = post("/predict", "[1]");
  both.query = {{"limit", "5"}};
  CHECK(f.recorded(both).request == "[1]");
}

TEST_CASE("a path is recorded so that a database can hold it") {
  Fixture f;
  CHECK(f.recorded(get("/models/a\"b\\\n")).path == "/models/a\"b\\\n");
  CHECK(f.recorded(get("/models/\xe2\x82\xac\"")).path == "/models/\xe2\x82\xac\"");
  CHECK(f.recorded(get("/models/\xff\"")).path == "/models/\xef\xbf\xbd\"");
  CHECK(f.recorded(get(std::string("/models/\0\"", 10))).path == "/models/\xef\xbf\xbd\"");
}

TEST_CASE("a page that may ask is told so") {
  Fixture f({"https://shop.example", "https://other.example"});
  const Answer answer = f.answer(from_page(get("/logs"), "https://shop.example"));
  CHECK(answer.status == 200);
  CHECK(header(answer, "Vary") == "Origin");
  CHECK(header(answer, "Access-Control-Allow-Origin") == "https://shop.example");
  CHECK(header(answer, "Access-Control-Expose-Headers") == "X-Request-Id, Link, Retry-After, ETag");
  CHECK(header(answer, "Access-Control-Allow-Methods").empty());
}

TEST_CASE("a page is told so with an error too") {
  Fixture f({"*"});
  for (const char* path : {"/nothing", "/predict", "/failing/x"})
    CHECK(header(f.answer(from_page(get(path), "https://any.example")),
                 "Access-Control-Allow-Origin") == "https://any.example");
}

TEST_CASE("a page may read that its exchange cannot be recorded") {
  Fixture f({"https://shop.example"});
  f.store.broken = true;
  const Answer answer = f.answer(from_page(post("/predict", "{}"), "https://shop.example"));
  CHECK(answer.status == 503);
  CHECK(header(answer, "Vary") == "Origin");
  CHECK(header(answer, "Access-Control-Allow-Origin") == "https://shop.example");
  const Answer other = f.answer(from_page(post("/predict", "{}"), "https://evil.example"));
  CHECK(other.status == 503);
  CHECK(header(other, "Access-Control-Allow-Origin").empty());
}

TEST_CASE("a page asks beforehand and nothing is run or recorded") {
  Fixture f({"https://shop.example"});
  const Request asking =
      from_page(with_method(post("/predict", ""), "OPTIONS"), "https://shop.example");
  const Answer answer = f.answer(asking);
  CHECK(answer.status == 204);
  CHECK(answer.body.empty());
  CHECK(header(answer, "Access-Control-Allow-Origin") == "https://shop.example");
  CHECK(header(answer, "Access-Control-Allow-Methods") == "GET, POST");
  CHECK(header(answer, "Access-Control-Allow-Headers") ==
        "Content-Type, X-Request-Id, Authorization, X-API-Key, If-None-Match, traceparent, "
        "tracestate");
  CHECK(f.store.exchanges.empty());
}

TEST_CASE("a page that may not ask gets no leave") {
  Fixture some({"https://shop.example"});
  for (const char* origin : {"https://evil.example", "http://shop.example", "null",
                             "https://shop.example.evil.example"}) {
    INFO(origin);
    const Answer answer = some.answer(from_page(get("/logs"), origin));
    CHECK(answer.headers == decltype(answer.headers){{"Vary", "Origin"}});
    const Answer beforehand = some.answer(from_page(with_method(get("/logs"), "OPTIONS"), origin));
    CHECK(beforehand.headers == decltype(answer.headers){{"Vary", "Origin"}});
  }
  Fixture none;
  CHECK(none.answer(from_page(get("/logs"), "https://shop.example")).headers.empty());
}

TEST_CASE("what a browser may keep says that it depends on the page that asks") {
  Fixture f({"https://shop.example"});
  const Answer answer = f.answer(get("/kept"));
  CHECK(header(answer, "Vary") == "Origin");
  CHECK(header(answer, "Access-Control-Allow-Origin").empty());
}

TEST_CASE("what the client has is recorded as 304") {
  Fixture f;
  Request request = get("/kept");
  request.if_none_match = "\"tag\"";
  CHECK(f.answer(request).status == 304);
  CHECK(f.answer(request).body.empty());
  const Exchange exchange = f.recorded(request);
  CHECK(exchange.status == 304);
  CHECK(exchange.response == "\"kept\"");
}

TEST_CASE("without a page there is no word of pages") {
  Fixture f({"*"});
  CHECK(f.answer(get("/logs")).headers.empty());
  CHECK(f.answer(with_method(get("/logs"), "OPTIONS")).status == 405);
}

namespace {

/// With keys in force.
struct GuardedFixture {
  std::ostringstream said;
  Log log{said, LogFormat::text};
  MemoryStore store;
  Trouble recording{log, "exchanges cannot be recorded", "exchanges are recorded again"};
  Keys keys{log};
  Gate gate{keys.keeper};
  Api api{endpoints(), {{"*"}, ClientDetail::prefix}, gate, store, recording, log};

  /// With the exchange that is recorded of it; one without an endpoint where there is none.
  std::pair<Answer, Exchange> ask(const Request& request) {
    const Reply reply = api.reply(request);
    const auto* unrecorded = std::any_cast<UnrecordedExchange>(&reply.record);
    return {reply.answer, unrecorded == nullptr ? Exchange() : unrecorded->exchange};
  }
};

}  // namespace

TEST_CASE("who asked is recorded by the name of the key, whatever the answer is") {
  GuardedFixture f;
  const auto recorded = [&](const Request& request) {
    const Exchange exchange = f.ask(request).second;
    return std::pair(exchange.status, exchange.api_key);
  };
  CHECK(recorded(with_key(post("/predict", "{}"), "shop")) == std::pair(200, std::string("shop")));
  CHECK(recorded(with_key(post("/samples", "{}"), "shop")) == std::pair(404, std::string("shop")));
  CHECK(recorded(with_key(get("/logs"), "shop")) == std::pair(403, std::string("shop")));
  CHECK(recorded(with_key(get("/logs"), "guess")) == std::pair(401, std::string()));
  CHECK(recorded(get("/logs")) == std::pair(401, std::string()));
}

TEST_CASE("nothing that is recorded holds a key") {
  GuardedFixture f;
  for (const char* name : {"shop", "ops", "guess"}) {
    const Request request = with_key(post("/predict", "{}"), name);
    const auto [answer, exchange] = f.ask(request);
    CHECK((answer.body + exchange.request + exchange.response).find(request.credential) ==
          std::string::npos);
  }
  CHECK(f.said.str().find("secret of") == std::string::npos);
}

TEST_CASE("a key is asked for before an endpoint looks at what it is sent") {
  GuardedFixture f;
  CHECK(f.ask(post("/refusing", "{}")).first.status == 401);
  CHECK(f.ask(with_key(post("/refusing", "{}"), "shop")).first.status == 422);
}

TEST_CASE("health, a wrong method and a page's first question need no key") {
  GuardedFixture f;
  CHECK(f.ask(get("/livez")).first.status == 200);
  CHECK(f.ask(get("/predict")).first.status == 405);
  CHECK(f.ask(get("/nothing")).first.status == 404);
  const Request asking =
      from_page(with_method(post("/predict", ""), "OPTIONS"), "https://any.example");
  CHECK(f.ask(asking).first.status == 204);
}

TEST_CASE("HEAD needs the key that GET needs") {
  GuardedFixture f;
  CHECK(f.ask(with_method(get("/logs"), "HEAD")).first.status == 401);
  CHECK(f.ask(with_method(with_key(get("/logs"), "ops"), "HEAD")).first.status == 200);
}
