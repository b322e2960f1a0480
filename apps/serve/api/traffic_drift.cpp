#include "traffic_drift.h"

#include "json_shape.h"
#include "log_query.h"
#include "stone_fields.h"

#include <iterator>

namespace diamond::serve {
namespace {

constexpr std::int64_t requests_at_once = 500;  // in memory: each may be a megabyte

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

}  // namespace

Drift read_drift(TrafficStore& store, const ServedModel& served, Timestamp since,
                 const std::stop_token& stop) {
  LogQuery query;
  query.since = since;
  query.endpoints = {"predict"};
  query.status = StatusRange{200, 299};
  query.limit = requests_at_once;
  Drift drift(served.profile);
  for (std::int64_t seen = 0; seen < most_requests && !stop.stop_requested();
       seen += requests_at_once) {
    const std::vector<Exchange> exchanges = read_log(store, query);
    for (const Exchange& exchange : exchanges) add_to(drift, exchange, served.manifest.id);
    if (std::ssize(exchanges) < requests_at_once) break;
    query.before = exchanges.back().id;
  }
  return drift;
}

}  // namespace diamond::serve
