// One request and its answer, as they are logged.
#pragma once

#include <diamond/core/clock.h>

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace diamond::serve {

/// The names of the endpoints whose exchanges are logged.
inline constexpr std::array<std::string_view, 8> logged_endpoints = {
    "predict", "batch", "infer", "samples", "similar", "drift", "logs", "models"};

/// The columns are the same in every database. `request` and `response` are JSON texts: the
/// documents themselves, or, where what came was no JSON, a JSON string with it.
struct Exchange {
  std::int64_t id = 0;    // given when it is recorded: see exchange_id.h
  std::string timestamp;  // when the request was read: ISO 8601, UTC, milliseconds
  std::string request_id;
  std::string endpoint;  // one of logged_endpoints
  std::string method;
  std::string path;
  int status = 0;
  double duration_ms = 0;
  std::string model_id;  // empty: none took part
  std::string request = "null";
  std::string response = "null";
  std::string client;    // the address that it came from, or what is kept of it; empty: not known
  std::string api_key;   // the name of the key that was used; empty: none
  std::string trace_id;  // of the client's traceparent; empty: none
};

/// The columns beside `id`, in the order of the members above.
inline constexpr std::array<std::string_view, 13> exchange_columns = {
    "timestamp", "request_id", "endpoint", "method", "path",    "status",  "duration_ms",
    "model_id",  "request",    "response", "client", "api_key", "trace_id"};

using ExchangeVisitor = std::function<void(const Exchange&)>;

/// Statuses from `least` to `most`.
struct StatusRange {
  int least = 100;
  int most = 599;
};

/// Which exchanges are asked for.
struct LogQuery {
  std::int64_t limit = 100;
  std::optional<std::int64_t> before;  // ids below this one
  std::vector<std::string> endpoints;  // empty: all
  std::optional<StatusRange> status;
  std::optional<std::string> model_id;
  std::optional<std::string> request_id;
  std::optional<std::string> trace_id;
  std::optional<Timestamp> since;  // requests that were read at this time or later
  std::optional<Timestamp> until;  // and before this one
  bool only_waiting = false;       // those that wait on this machine for a database
};

}  // namespace diamond::serve
