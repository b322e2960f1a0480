#include "telemetry/access_log.h"

#include "catch.h"

#include <diamond/core/json.h>

#include <chrono>
#include <string>

using namespace diamond;
using namespace diamond::serve;
using namespace std::chrono_literals;

namespace {

AnsweredRequest price() {
  static const Tally tally;
  return {"POST", "/predict", "id-7", "", "192.0.2.77", 200, 412'345ns, tally};
}

std::string line(const AnsweredRequest& answered, LogFormat format,
                 ClientDetail detail = ClientDetail::prefix) {
  return access_line(answered, parse_iso_time("2026-11-25T08:15:00.123Z").value(), format, detail);
}

}  // namespace

TEST_CASE("a line of text has eight words") {
  AnsweredRequest answered = price();
  CHECK(line(answered, LogFormat::text) ==
        "2026-11-25T08:15:00.123Z POST /predict 200 0.412 id-7 - 192.0.2.0/24\n");
  answered.trace_id = "0af7651916cd43dd8448eb211c80319c";
  answered.client = "";
  CHECK(line(answered, LogFormat::text) ==
        "2026-11-25T08:15:00.123Z POST /predict 200 0.412 id-7 0af7651916cd43dd8448eb211c80319c "
        "-\n");
}

TEST_CASE("a line of JSON has the same under names") {
  CHECK(line(price(), LogFormat::json) ==
        R"({"time":"2026-11-25T08:15:00.123Z","method":"POST","path":"/predict","status":200,)"
        R"("duration_ms":0.412,"request_id":"id-7","trace_id":null,"client":"192.0.2.0/24"})"
        "\n");
}

TEST_CASE("of the client as much stands in a line as was chosen") {
  const auto client = [](ClientDetail detail) {
    return Json::parse(line(price(), LogFormat::json, detail))["client"];
  };
  CHECK(client(ClientDetail::full) == "192.0.2.77");
  CHECK(client(ClientDetail::prefix) == "192.0.2.0/24");
  CHECK(client(ClientDetail::none).is_null());
}

TEST_CASE("whatever is asked for a line stays one line of as many words") {
  AnsweredRequest answered = price();
  answered.method = "";
  answered.path = "/a\"b\\c\xff\n d%20e";
  CHECK(line(answered, LogFormat::text) ==
        "2026-11-25T08:15:00.123Z - /a%22b%5Cc%FF%0A%20d%20e 200 0.412 id-7 - 192.0.2.0/24\n");
  const Json json = Json::parse(line(answered, LogFormat::json));
  CHECK(json["path"] == "/a%22b%5Cc%FF%0A%20d%20e");
  CHECK(json["method"].is_null());
}

TEST_CASE("a path that is longer than a thousand bytes ends there") {
  const std::string path(16'000, '\xff');
  AnsweredRequest answered = price();
  answered.path = path;
  CHECK(line(answered, LogFormat::text).size() < 4096);
}
