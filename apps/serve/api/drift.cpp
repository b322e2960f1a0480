#include "endpoints.h"
#include "json_shape.h"
#include "log_query.h"
#include "query_reader.h"
#include "request_body.h"
#include "stone_fields.h"

#include <diamond/trust/drift.h>

#include <chrono>
#include <cmath>
#include <iterator>

namespace diamond::serve {
namespace {

constexpr std::int64_t most_requests = 10'000;
constexpr std::int64_t requests_at_once = 500;  // in memory: each may be a megabyte
constexpr std::int64_t least_requests = 200;    // chance alone makes fewer look like a drift
constexpr auto usual_span = std::chrono::hours(24 * 7);

/// Nothing where what is logged is no object, or of a shape that is not read.
Json object_in(const std::string& logged) {
  if (!shape_of(logged).is_sound()) return {};
  Json json = Json::parse(logged);
  return json.is_object() ? json : Json();
}

/// The stone of an entry; and its price, where it is the model's. Nothing where the entry has none.
void add_to(Drift& drift, const Exchange& exchange, const std::string& model_id) {
  const Json request = object_in(exchange.request);
  const Json response = object_in(exchange.response);
  if (request.is_null() || response.is_null()) return;
  const auto price = response.find("predicted_value");
  if (price == response.end() || !price->is_number()) return;
  try {
    FieldReader fields(request);
    drift.add(read_asked_stone(fields).stone);
  } catch (const ProblemError&) {
    return;  // of an earlier version, with other limits
  }
  if (exchange.model_id == model_id) drift.add_price(price->get<double>());
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
  LogQuery query;
  query.since = parameters.time("since").value_or(now - usual_span);
  parameters.finish();
  query.endpoints = {"predict"};
  query.status = StatusRange{200, 299};
  query.limit = requests_at_once;

  const auto served = served_model(keeper);
  Drift drift(served->profile);
  for (std::int64_t seen = 0; seen < most_requests; seen += requests_at_once) {
    const std::vector<Exchange> exchanges = read_log(store, query);
    for (const Exchange& exchange : exchanges) add_to(drift, exchange, served->manifest.id);
    if (std::ssize(exchanges) < requests_at_once) break;
    query.before = exchanges.back().id;
  }
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
