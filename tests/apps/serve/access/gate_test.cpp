#include "access/gate.h"

#include "catch.h"
#include "support/keys.h"
#include "support/messages.h"
#include "support/requests.h"

#include <sstream>

using namespace diamond;
using namespace diamond::serve;
using namespace diamond::testing;

namespace {

constexpr std::array all_rights = {Right::nothing, Right::prices, Right::models, Right::logs};

struct Fixture {
  std::ostringstream said;
  Log log{said, LogFormat::text};
  Keys keys{log};
  Gate gate{keys.keeper};
};

/// 200, or why not.
int status(const Gate& gate, const Request& request, Right right) {
  try {
    gate.admit(request, gate.caller(request), right);
    return 200;
  } catch (const ProblemError& error) {
    return error.problem().status;
  }
}

Problem refusal(const Gate& gate, const Request& request, Right right) {
  return problem_of([&] { gate.admit(request, gate.caller(request), right); });
}

std::string header_of(const Problem& problem, const std::string& name) {
  return header(to_answer(problem, get("/")), name);
}

}  // namespace

TEST_CASE("without keys this machine may do all, and others all but read the log") {
  const Gate here(Reach::this_machine);
  const Gate anywhere(Reach::other_machines);
  for (const Right right : all_rights) {
    CHECK(status(here, get("/"), right) == 200);
    CHECK(status(anywhere, get("/"), right) == (right == Right::logs ? 403 : 200));
  }
  const Problem problem = refusal(anywhere, get("/logs"), Right::logs);
  CHECK(problem.code == "forbidden");
  check_says(problem.detail, {"not shown to strangers", "keys add"});
}

TEST_CASE("without keys the log is shown over TCP to who calls this machine by its own name") {
  const Gate here(Reach::this_machine);
  Request request = get("/logs");
  request.client = "127.0.0.1";
  CHECK(status(here, request, Right::logs) == 200);  // HTTP/1.0, which has no Host
  request.host = "localhost:8000";
  CHECK(status(here, request, Right::logs) == 200);
  request.host = "evil.example:8000";  // a page of that name, which now leads here
  for (const Right right : all_rights)
    CHECK(status(here, request, right) == (right == Right::logs ? 403 : 200));
  request.client = "";  // no browser comes through a unix socket
  CHECK(status(here, request, Right::logs) == 200);
}

TEST_CASE("without keys what a proxy has passed on is a stranger's") {
  const Gate here(Reach::this_machine);
  Request request = get("/logs");
  request.is_forwarded = true;
  for (const Right right : all_rights)
    CHECK(status(here, request, right) == (right == Right::logs ? 403 : 200));
}

TEST_CASE("without keys one that comes is nobody's, and no hindrance") {
  const Gate gate(Reach::this_machine);
  const Request request = with_key(get("/"), "shop");
  CHECK(gate.caller(request) == nullptr);
  CHECK(status(gate, request, Right::prices) == 200);
}

TEST_CASE("with keys each right needs a key") {
  const Fixture f;
  for (const Right right : all_rights) {
    const int without = right == Right::nothing ? 200 : 401;
    CHECK(status(f.gate, get("/"), right) == without);
    CHECK(status(f.gate, with_key(get("/"), "guess"), right) == without);
    CHECK(status(f.gate, with_key(get("/"), "boss"), right) == 200);
  }
}

TEST_CASE("a key may do what its role may, and is told which role it would take") {
  const Fixture f;
  CHECK(status(f.gate, with_key(get("/"), "shop"), Right::prices) == 200);
  CHECK(status(f.gate, with_key(get("/"), "shop"), Right::models) == 200);
  CHECK(status(f.gate, with_key(get("/"), "ops"), Right::models) == 200);
  CHECK(status(f.gate, with_key(get("/"), "ops"), Right::logs) == 200);
  const Problem no_logs = refusal(f.gate, with_key(get("/"), "shop"), Right::logs);
  CHECK(no_logs.status == 403);
  CHECK(no_logs.code == "forbidden");
  check_says(no_logs.detail, {"read-logs or admin", "has the role predict"});
  const Problem no_prices = refusal(f.gate, with_key(get("/"), "ops"), Right::prices);
  CHECK(no_prices.status == 403);
  check_says(no_prices.detail, {"predict or admin", "has the role read-logs"});
}

TEST_CASE("a 401 says how a key is sent, and whether one came") {
  const Fixture f;
  const Problem none = refusal(f.gate, get("/"), Right::prices);
  CHECK(none.code == "unauthorized");
  check_says(none.detail, {"Authorization: Bearer", "X-API-Key"});
  CHECK(header_of(none, "WWW-Authenticate") == R"(Bearer realm="diamond")");
  const Problem unknown = refusal(f.gate, with_key(get("/"), "guess"), Right::prices);
  CHECK(unknown.code == "unauthorized");
  check_says(unknown.detail, {"not known"});
  CHECK(header_of(unknown, "WWW-Authenticate") ==
        R"(Bearer realm="diamond", error="invalid_token")");
}

TEST_CASE("a key that has used up its burst is told how many seconds to wait") {
  const Fixture f;
  const Request request = with_key(get("/"), "slow");  // twice, and then once in 10,000 s
  CHECK(status(f.gate, request, Right::prices) == 200);
  CHECK(status(f.gate, request, Right::models) == 200);
  const Problem problem = refusal(f.gate, request, Right::prices);
  CHECK(problem.status == 429);
  CHECK(problem.code == "too-many-requests");
  const int seconds = std::stoi(header_of(problem, "Retry-After"));
  CHECK(seconds > 9'000);
  CHECK(seconds <= 10'000);
  check_says(problem.detail, {std::to_string(seconds) + " s"});
  CHECK(status(f.gate, with_key(get("/"), "shop"), Right::prices) == 200);
}

TEST_CASE("a wait of less than a second is told as one") {
  Fixture f;
  f.keys.write({key("fast", Role::predict, Rate{100, 1})});
  KeyKeeper keeper(f.keys.directory / "keys.json", f.log);
  const Gate gate(keeper);
  for (int i = 0; i < 1000; ++i) {
    try {
      const Request request = with_key(get("/"), "fast");
      gate.admit(request, gate.caller(request), Right::prices);
    } catch (const ProblemError& error) {
      CHECK(header_of(error.problem(), "Retry-After") == "1");
      return;
    }
  }
  FAIL("a thousand were let in at once");
}

TEST_CASE("only what is let in is counted, and what needs no right is not") {
  const Fixture f;
  const Request request = with_key(get("/"), "slow");
  for (int i = 0; i < 5; ++i) {
    CHECK(status(f.gate, request, Right::nothing) == 200);
    CHECK(status(f.gate, request, Right::logs) == 403);
    CHECK(f.gate.may(request, f.gate.caller(request), Right::prices));
  }
  CHECK(status(f.gate, request, Right::prices) == 200);
  CHECK(status(f.gate, request, Right::prices) == 200);
  CHECK(status(f.gate, request, Right::prices) == 429);
}

TEST_CASE("a caller is known by the name of the key, though the keys change") {
  Fixture f;
  const Caller caller = f.gate.caller(with_key(get("/"), "shop"));
  f.keys.write({});
  f.keys.keeper.refresh();
  CHECK(name_of(caller) == "shop");
  CHECK(name_of(Caller()).empty());
  CHECK(f.gate.caller(with_key(get("/"), "shop")) == nullptr);
}
