#include "log_entry.h"

#include <diamond/core/spelling.h>
#include <diamond/data/csv_writer.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace diamond::serve {
namespace {

Json or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

/// What is no JSON is a text; nothing is null.
Json document(const std::string& text) {
  if (text.empty()) return {};
  const Json json = Json::parse(text, nullptr, false);
  return json.is_discarded() ? Json(text) : json;
}

}  // namespace

Json log_entry(const Exchange& exchange) {
  return {{"id", exchange.id},
          {"timestamp", exchange.timestamp},
          {"request_id", exchange.request_id},
          {"endpoint", exchange.endpoint},
          {"method", exchange.method},
          {"path", exchange.path},
          {"status", exchange.status},
          {"duration_ms", exchange.duration_ms},
          {"model_id", or_null(exchange.model_id)},
          {"request", document(exchange.request)},
          {"response", document(exchange.response)},
          {"client", or_null(exchange.client)},
          {"api_key", or_null(exchange.api_key)},
          {"trace_id", or_null(exchange.trace_id)}};
}

std::string csv_names() {
  return "id," + join(exchange_columns, ",") + "\n";
}

std::string csv_line(const Exchange& exchange) {
  const std::array<std::string, exchange_columns.size() + 1> values = {
      std::to_string(exchange.id),
      exchange.timestamp,
      exchange.request_id,
      exchange.endpoint,
      exchange.method,
      exchange.path,
      std::to_string(exchange.status),
      Json(exchange.duration_ms).dump(),
      exchange.model_id,
      exchange.request,
      exchange.response,
      exchange.client,
      exchange.api_key,
      exchange.trace_id};
  std::string line;
  for (const std::string& value : values) {
    if (!line.empty()) line += ',';
    append_csv_field(line, value);
  }
  return line + '\n';
}

}  // namespace diamond::serve
