#include "endpoints.h"
#include "log_query.h"
#include "query_reader.h"
#include "request_body.h"
#include "stone_fields.h"

#include <diamond/trust/drift.h>

#include <chrono>
#include <cmath>

namespace diamond::serve {
namespace {

constexpr std::int64_t most_requests = 10'000;
constexpr std::int64_t least_requests = 200;  // chance alone makes fewer look like a drift
constexpr auto usual_span = std::chrono::hours(24 * 7);

/// The stone and its price, as they are logged; nothing where the entry is none.
void add_to(Drift& drift, const Exchange& exchange) {
  const Json request = Json::parse(exchange.request, nullptr, false);
  const Json response = Json::parse(exchange.response, nullptr, false);
  if (!request.is_object() || !response.is_object()) return;
  const auto price = response.find("predicted_value");
  if (price == response.end() || !price->is_number()) return;
  try {
    FieldReader fields(request);
    drift.add(read_asked_stone(fields).stone, price->get<double>());
  } catch (const ProblemError&) {
    return;  // of an earlier version, with other limits
  }
}

/// The words of scorecards: below 0.1 nothing has changed, from 0.25 on much has.
std::string_view level_of(double psi, std::size_t given) {
  if (given < static_cast<std::size_t>(least_requests)) return "unknown";
  if (psi < 0.1) return "none";
  return psi < 0.25 ? "some" : "strong";
}

double rounded(double value) {
  return std::round(value * 10'000) / 10'000;
}

Json to_json(Field field, const Drift::OfField& drift) {
  const double share =
      drift.given == 0 ? 0 : static_cast<double>(drift.outside) / static_cast<double>(drift.given);
  return {{"field", name_of(field)},
          {"given", drift.given},
          {"psi", rounded(drift.given == 0 ? 0 : drift.psi)},
          {"level", level_of(drift.psi, drift.given)},
          {"outside", rounded(share)}};
}

Json prices_of(const Drift& drift, const TrainingProfile& profile) {
  const auto percentiles = profile.price_percentiles();
  Json prices = {{"psi", rounded(drift.stones() == 0 ? 0 : drift.price_psi())},
                 {"level", level_of(drift.price_psi(), drift.stones())},
                 {"median_in_training", percentiles.empty() ? Json() : Json(percentiles[50])},
                 {"median_in_traffic", drift.stones() == 0 ? Json() : Json(drift.median_price())}};
  return prices;
}

Outcome drift_since(const ModelKeeper& keeper, TrafficStore& store, const Request& request) {
  const Timestamp now = std::chrono::system_clock::now();
  QueryReader parameters(request.query);
  LogQuery query;
  query.since = parameters.time("since").value_or(now - usual_span);
  parameters.finish();
  query.endpoints = {"predict"};
  query.status = StatusRange{200, 299};
  query.limit = most_requests;

  const auto served = served_model(keeper);
  Drift drift(served->profile);
  for (const Exchange& exchange : read_log(store, query)) add_to(drift, exchange);
  Json fields = Json::array();
  for (std::size_t i = 0; i < field_count; ++i) {
    const auto field = static_cast<Field>(i);
    fields.push_back(to_json(field, drift.field(field)));
  }
  Outcome outcome;
  outcome.model_id = served->manifest.id;
  outcome.answer.body = Json{{"model", Json::parse(served->name)},
                             {"since", iso_time(*query.since)},
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
