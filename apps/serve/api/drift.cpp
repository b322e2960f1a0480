#include "endpoints.h"
#include "query_reader.h"
#include "traffic_drift.h"

#include <chrono>
#include <cmath>

namespace diamond::serve {
namespace {

/// The words of scorecards: below 0.1 nothing has changed, from 0.25 on much has.
std::string_view level_of(double psi, std::size_t given) {
  if (given < least_requests) return "unknown";
  if (psi < 0.1) return "none";
  return psi < 0.25 ? "some" : "strong";
}

double rounded(double value) {
  return std::round(value * 10'000) / 10'000;
}

Json to_json(Field field, const Drift::OfField& drift) {
  return {{"field", name_of(field)},
          {"given", drift.given},
          {"psi", rounded(drift.given == 0 ? 0 : drift.psi)},
          {"level", level_of(drift.psi, drift.given)},
          {"outside", rounded(drift.outside_share())}};
}

Json prices_of(const Drift& drift, const TrainingProfile& profile) {
  const auto percentiles = profile.price_percentiles();
  const bool has_prices = drift.prices() > 0;
  return {{"found", drift.prices()},
          {"psi", rounded(has_prices ? drift.price_psi() : 0)},
          {"level", level_of(drift.price_psi(), drift.prices())},
          {"median_in_training", percentiles.empty() ? Json() : Json(percentiles[50])},
          {"median_in_traffic", has_prices ? Json(drift.median_price()) : Json()}};
}

Outcome drift_since(const ModelKeeper& keeper, TrafficStore& store, const Request& request) {
  const Timestamp now = std::chrono::system_clock::now();
  QueryReader parameters(request.query);
  const Timestamp since = parameters.time("since").value_or(now - usual_span);
  parameters.finish();

  const auto served = served_model(keeper);
  const Drift drift = read_drift(store, *served, since);
  Json fields = Json::array();
  for (std::size_t i = 0; i < field_count; ++i) {
    const auto field = static_cast<Field>(i);
    fields.push_back(to_json(field, drift.field(field)));
  }
  Outcome outcome;
  outcome.model_id = served->manifest.id;
  outcome.answer.body = Json{{"model", Json::parse(served->name)},
                             {"since", iso_time(since)},
                             {"until", iso_time(now)},
                             {"requests", drift.stones()},
                             {"most_requests", most_requests},
                             {"fields", fields},
                             {"prices", prices_of(drift, served->profile)}}
                            .dump();
  return outcome;
}

}  // namespace

Endpoint drift_endpoint(const ModelKeeper& keeper, TrafficStore& store) {
  return {
      "drift",
      "GET",
      "/drift",
      Right::logs,
      Logged::yes,
      Pace::patient,
      [&keeper, &store](const Request& request) { return drift_since(keeper, store, request); }};
}

}  // namespace diamond::serve
