#include "endpoints.h"
#include "log_entry.h"
#include "log_query.h"

namespace diamond::serve {
namespace {

Outcome logs(TrafficStore& store, const Request& request) {
  const auto [exchanges, has_more] = read_log_page(store, read_log_query(request.query));
  Json entries = Json::array();
  for (const Exchange& exchange : exchanges) entries.push_back(log_entry(exchange));
  Outcome outcome;
  outcome.answer.body = entries.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (has_more)
    outcome.answer.headers.emplace_back(
        "Link", "<" + next_page(request, exchanges.back().id) + ">; rel=\"next\"");
  outcome.logged_response = Json{{"entries", entries.size()}}.dump();
  return outcome;
}

}  // namespace

Endpoint logs_endpoint(TrafficStore& store) {
  return {"logs",
          "GET",
          "/logs",
          Right::logs,
          Logged::yes,
          Pace::patient,
          [&store](const Request& request) { return logs(store, request); }};
}

}  // namespace diamond::serve
