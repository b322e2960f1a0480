#include "telemetry/metrics.h"

#include "catch.h"
#include "support/messages.h"

#include <diamond/core/spelling.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

using namespace diamond;
using namespace diamond::serve;
using namespace diamond::testing;
using namespace std::chrono_literals;

namespace {

void see(Metrics& metrics, const Tally& tally, int status = 200,
         std::chrono::nanoseconds duration = 1ms) {
  metrics.see({"POST", "/predict", "request-7", "", "", status, duration, tally});
}

Tally of(std::string_view endpoint) {
  return {endpoint};
}

Tally prices(const std::string& model, std::size_t count) {
  return {"predict", model, count};
}

bool has_line(const std::string& text, const std::string& line) {
  return text.find("\n" + line + "\n") != std::string::npos;
}

}  // namespace

TEST_CASE("requests are counted by endpoint and status") {
  Metrics metrics;
  see(metrics, of("predict"));
  see(metrics, of("predict"));
  see(metrics, of("predict"), 422);
  see(metrics, of("logs"));
  see(metrics, Tally(), 404);
  const std::string text = metrics.text({});
  CHECK(has_line(text, R"(diamond_http_requests_total{endpoint="predict",status="200"} 2)"));
  CHECK(has_line(text, R"(diamond_http_requests_total{endpoint="predict",status="422"} 1)"));
  CHECK(has_line(text, R"(diamond_http_requests_total{endpoint="logs",status="200"} 1)"));
  CHECK(has_line(text, R"(diamond_http_requests_total{endpoint="none",status="404"} 1)"));
}

TEST_CASE("durations are counted in buckets of seconds") {
  Metrics metrics;
  for (const auto duration : {90us, 900us, 9000us}) see(metrics, of("predict"), 200, duration);
  const std::string text = metrics.text({});
  const std::string start = "diamond_http_request_duration_seconds";
  CHECK(has_line(text, start + R"(_bucket{endpoint="predict",le="0.0001"} 1)"));
  CHECK(has_line(text, start + R"(_bucket{endpoint="predict",le="0.001"} 2)"));
  CHECK(has_line(text, start + R"(_bucket{endpoint="predict",le="0.01"} 3)"));
  CHECK(has_line(text, start + R"(_bucket{endpoint="predict",le="+Inf"} 3)"));
  CHECK(has_line(text, start + R"(_count{endpoint="predict"} 3)"));
}

TEST_CASE("prices are counted by model, those that were refused are not") {
  Metrics metrics;
  see(metrics, prices("a", 1));
  see(metrics, prices("a", 1));
  see(metrics, prices("b", 500));
  see(metrics, prices("a", 1), 503);  // it could not be recorded
  const std::string text = metrics.text({});
  CHECK(has_line(text, R"(diamond_predictions_total{model="a"} 2)"));
  CHECK(has_line(text, R"(diamond_predictions_total{model="b"} 500)"));
}

TEST_CASE("of models the last eight are counted, so that years of them do not add up") {
  Metrics metrics;
  for (int night = 0; night < 100; ++night) {
    see(metrics, prices("night-" + std::to_string(night), 1));
    see(metrics, prices("old", 1));
  }
  const std::string text = metrics.text({});
  CHECK(has_line(text, R"(diamond_predictions_total{model="old"} 100)"));
  CHECK(has_line(text, R"(diamond_predictions_total{model="night-99"} 1)"));
  CHECK(has_line(text, R"(diamond_predictions_total{model="night-93"} 1)"));
  CHECK(text.find("night-92") == std::string::npos);
}

TEST_CASE("what is read now stands behind what was counted") {
  const std::string text =
      Metrics().text({{"diamond_log_behind_seconds", "How long.", MetricKind::gauge, {{0.25}}},
                      {"diamond_lost_total",
                       "How many.",
                       MetricKind::counter,
                       {{2, {{"why", "it said \"no\"\\\n"}}}, {1, {{"why", "age"}}}}}});
  CHECK(text ==
        "# HELP diamond_log_behind_seconds How long.\n"
        "# TYPE diamond_log_behind_seconds gauge\n"
        "diamond_log_behind_seconds 0.25\n"
        "# HELP diamond_lost_total How many.\n"
        "# TYPE diamond_lost_total counter\n"
        "diamond_lost_total{why=\"age\"} 1\n"
        "diamond_lost_total{why=\"it said \\\"no\\\"\\\\\\n\"} 2\n");
}

TEST_CASE("threads that count at a time lose nothing") {
  constexpr int each = 2000;
  Metrics metrics;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&metrics] {
        for (int n = 0; n < each; ++n) {
          see(metrics, prices("a", 1));
          see(metrics, of(n % 2 == 0 ? "logs" : "models"), 200 + n % 3);
          if (n % 500 == 0) (void)metrics.text({});
        }
      });
  }
  const std::string text = metrics.text({});
  CHECK(has_line(text, R"(diamond_predictions_total{model="a"} 8000)"));
  CHECK(has_line(text, R"(diamond_http_request_duration_seconds_count{endpoint="logs"} 4000)"));
  CHECK(has_line(text, R"(diamond_http_request_duration_seconds_count{endpoint="models"} 4000)"));
}
