// Exchanges for tests of the stores.
#pragma once

#include "traffic/exchange.h"

#include <string>
#include <tuple>
#include <vector>

namespace diamond::testing {

/// The fields of an exchange that a test does not speak of.
inline serve::Exchange exchange(const std::string& endpoint = "predict", int status = 200) {
  serve::Exchange exchange;
  exchange.timestamp = "2026-11-24T08:00:00.000Z";
  exchange.request_id = "request-7";
  exchange.endpoint = endpoint;
  exchange.method = "POST";
  exchange.path = "/" + endpoint;
  exchange.status = status;
  exchange.duration_ms = 0.5;
  return exchange;
}

/// Every column but the id.
inline auto columns(const serve::Exchange& e) {
  return std::tie(e.timestamp, e.request_id, e.endpoint, e.method, e.path, e.status, e.duration_ms,
                  e.model_id, e.request, e.response, e.client, e.api_key, e.trace_id);
}

inline std::vector<std::int64_t> ids(const std::vector<serve::Exchange>& exchanges) {
  std::vector<std::int64_t> ids;
  for (const serve::Exchange& one : exchanges) ids.push_back(one.id);
  return ids;
}

/// Into a store, an outbox or an SQLite log.
template <class Store>
void record(Store& store, const serve::Exchange& exchange) {
  const serve::Exchange* one = &exchange;
  store.record({&one, 1});
}

}  // namespace diamond::testing
