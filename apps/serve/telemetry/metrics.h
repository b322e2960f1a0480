// What is counted while the server serves, and the page that Prometheus reads.
#pragma once

#include "../http/observer.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace diamond::serve {

/// A gauge goes up and down; a counter only up, and its name ends with _total.
enum class MetricKind { gauge, counter };

struct MetricSample {
  double value = 0;
  std::vector<std::pair<std::string, std::string>> labels = {};  // name, value
};

/// Figures under one name. Names have their unit at the end: diamond_log_behind_seconds.
struct MetricFamily {
  std::string name;
  std::string help;  // one sentence
  MetricKind kind = MetricKind::gauge;
  std::vector<MetricSample> samples;
};

/// Counts the requests that it is told of:
///
/// - diamond_http_requests_total{endpoint, status}: "none" is no endpoint, or no HTTP
/// - diamond_http_request_duration_seconds{endpoint}, a histogram
/// - diamond_predictions_total{model}: prices that were answered, of the last eight models
///
/// The labels are bounded: endpoints are those of the program, whatever paths are asked for.
/// Safe from any thread; to count takes a tenth of a microsecond.
class Metrics final : public Observer {
 public:
  Metrics();
  ~Metrics() override;
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  void see(const AnsweredRequest& answered) override;

  /// Prometheus' text format, version 0.0.4: what was counted, and behind it the figures that were
  /// read now.
  [[nodiscard]] std::string text(const std::vector<MetricFamily>& read_now) const;

  static constexpr const char* content_type = "text/plain; version=0.0.4; charset=utf-8";

 private:
  struct Counters;
  std::unique_ptr<Counters> counters_;
};

}  // namespace diamond::serve
