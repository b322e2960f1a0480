#include "metrics.h"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <mutex>
#include <string_view>

namespace diamond::serve {
namespace {

using prometheus::Counter;
using prometheus::Histogram;

/// A price takes a tenth of a millisecond, a page of the log from a busy database a second.
const Histogram::BucketBoundaries seconds = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
                                             0.01,   0.025,   0.05,   0.1,   0.25,   0.5,
                                             1,      2.5,     5,      10};

constexpr int least_status = 100;
constexpr int most_status = 599;
constexpr std::size_t most_models = 8;
constexpr int priced = 200;  // the status of an answer with prices

/// Of one endpoint. Counters are looked up in the library's tables once, and found here from then
/// on.
struct Series {
  Series(std::string_view name, Histogram& counted, Series* after)
      : endpoint(name), duration(counted), next(after) {}

  std::string endpoint;
  Histogram& duration;
  Series* next;
  std::array<std::atomic<Counter*>, most_status - least_status + 1> requests{};  // by status
};

struct ModelCounter {
  std::string model;
  Counter* predictions;
};

prometheus::ClientMetric to_prometheus(const MetricSample& sample, MetricKind kind) {
  prometheus::ClientMetric metric;
  for (const auto& [name, value] : sample.labels) metric.label.push_back({name, value});
  (kind == MetricKind::counter ? metric.counter.value : metric.gauge.value) = sample.value;
  return metric;
}

prometheus::MetricFamily to_prometheus(const MetricFamily& family) {
  const auto type = family.kind == MetricKind::counter ? prometheus::MetricType::Counter
                                                       : prometheus::MetricType::Gauge;
  prometheus::MetricFamily theirs{family.name, family.help, type, {}};
  for (const MetricSample& sample : family.samples)
    theirs.metric.push_back(to_prometheus(sample, family.kind));
  return theirs;
}

/// The library's tables have no order.
void sort_by_labels(prometheus::MetricFamily& family) {
  std::sort(family.metric.begin(), family.metric.end(),
            [](const auto& a, const auto& b) { return a.label < b.label; });
}

}  // namespace

struct Metrics::Counters {
  prometheus::Registry registry;
  prometheus::Family<Counter>& requests =
      prometheus::BuildCounter()
          .Name("diamond_http_requests_total")
          .Help("Requests that were answered, by endpoint and status.")
          .Register(registry);
  prometheus::Family<Histogram>& durations =
      prometheus::BuildHistogram()
          .Name("diamond_http_request_duration_seconds")
          .Help("From a request's last byte to its answer's first, by endpoint.")
          .Register(registry);
  prometheus::Family<Counter>& predictions = prometheus::BuildCounter()
                                                 .Name("diamond_predictions_total")
                                                 .Help("Prices that were answered, by model.")
                                                 .Register(registry);

  // A list that only grows, and so is read without a lock. It is as long as there are endpoints.
  std::atomic<Series*> first{nullptr};
  std::mutex growing;
  std::vector<std::unique_ptr<Series>> owned;

  std::mutex choosing;               // guards what follows
  std::vector<ModelCounter> models;  // the one that was last used first

  Series* find(std::string_view endpoint) const {
    Series* series = first.load(std::memory_order_acquire);
    while (series != nullptr && series->endpoint != endpoint) series = series->next;
    return series;
  }

  Series& series_of(std::string_view endpoint) {
    if (Series* known = find(endpoint)) return *known;
    const std::lock_guard lock(growing);
    if (Series* known = find(endpoint)) return *known;
    Histogram& duration = durations.Add({{"endpoint", std::string(endpoint)}}, seconds);
    owned.push_back(std::make_unique<Series>(endpoint, duration, first.load()));
    first.store(owned.back().get(), std::memory_order_release);
    return *owned.back();
  }

  /// The library gives the same counter to all that ask for the same labels.
  Counter& requests_of(Series& series, int status) {
    const int known = std::clamp(status, least_status, most_status);
    std::atomic<Counter*>& place =
        series.requests.at(static_cast<std::size_t>(known - least_status));
    if (Counter* counter = place.load(std::memory_order_acquire)) return *counter;
    Counter& added =
        requests.Add({{"endpoint", series.endpoint}, {"status", std::to_string(known)}});
    place.store(&added, std::memory_order_release);
    return added;
  }

  void count_predictions(const std::string& model, std::size_t count) {
    const std::lock_guard lock(choosing);
    auto found = std::find_if(models.begin(), models.end(),
                              [&](const ModelCounter& known) { return known.model == model; });
    if (found == models.end()) {
      if (models.size() == most_models) forget_last();
      found = models.insert(models.end(), {model, &predictions.Add({{"model", model}})});
    }
    found->predictions->Increment(static_cast<double>(count));
    std::rotate(models.begin(), found, found + 1);
  }

  void forget_last() {
    predictions.Remove(models.back().predictions);
    models.pop_back();
  }
};

Metrics::Metrics() : counters_(std::make_unique<Counters>()) {}

Metrics::~Metrics() = default;

void Metrics::see(const AnsweredRequest& answered) {
  Series& series = counters_->series_of(answered.tally.endpoint);
  series.duration.Observe(std::chrono::duration<double>(answered.duration).count());
  counters_->requests_of(series, answered.status).Increment();
  if (answered.tally.predictions > 0 && answered.status == priced)
    counters_->count_predictions(answered.tally.model_id, answered.tally.predictions);
}

std::string Metrics::text(const std::vector<MetricFamily>& read_now) const {
  std::vector<prometheus::MetricFamily> families = counters_->registry.Collect();
  for (const MetricFamily& family : read_now) families.push_back(to_prometheus(family));
  for (prometheus::MetricFamily& family : families) sort_by_labels(family);
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace diamond::serve
