#include "../http/problem.h"
#include "endpoints.h"

#include <diamond/core/error.h>
#include <diamond/core/spelling.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>

namespace diamond::serve {
namespace {

constexpr std::int64_t most_entries = 1000;
constexpr std::array<std::string_view, 4> endpoint_names = {"predict", "samples", "logs", "models"};

/// The parameters of the query, checked one by one; all faults are collected.
class QueryReader {
 public:
  explicit QueryReader(const Request& request) : query_(request.query) {}

  LogQuery read() {
    LogQuery query;
    if (const auto limit = whole_number("limit", 1, most_entries)) query.limit = *limit;
    query.before = whole_number("before", 1, std::numeric_limits<std::int64_t>::max());
    query.endpoints = endpoints();
    query.status = status();
    for (const auto& [name, value] : query_)
      if (name != "limit" && name != "before" && name != "endpoint" && name != "status")
        fault(name, "is not known; known are limit, before, endpoint, status");
    finish();
    return query;
  }

 private:
  std::optional<std::string> find(const std::string& name) {
    const auto found = query_.find(name);
    if (found == query_.end() || found->second.empty()) return std::nullopt;
    return found->second;
  }

  std::optional<std::int64_t> whole_number(const std::string& name, std::int64_t least,
                                           std::int64_t most) {
    const auto text = find(name);
    if (!text) return std::nullopt;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (error == std::errc{} && end == text->data() + text->size() && value >= least &&
        value <= most)
      return value;
    fault(name, "must be a whole number from " + std::to_string(least) + " to " +
                    std::to_string(most) + ", not " + printable(*text));
    return std::nullopt;
  }

  /// Web pages written for the original service show every entry as a price or a list of samples:
  /// without a choice they see only those.
  std::vector<std::string> endpoints() {
    const auto name = find("endpoint");
    if (!name) return {"predict", "samples"};
    if (*name == "all") return {};
    if (std::find(endpoint_names.begin(), endpoint_names.end(), *name) != endpoint_names.end())
      return {*name};
    fault("endpoint", "must be all, " + join(endpoint_names) + ", not " + printable(*name));
    return {};
  }

  /// 404, or 4xx.
  std::optional<StatusRange> status() {
    const auto text = find("status");
    if (!text) return std::nullopt;
    const bool has_class = text->size() == 3 && (*text)[0] >= '1' && (*text)[0] <= '5';
    const int hundreds = has_class ? ((*text)[0] - '0') * 100 : 0;
    if (has_class && text->substr(1) == "xx") return StatusRange{hundreds, hundreds + 99};
    int value = 0;
    const auto end = std::from_chars(text->data(), text->data() + text->size(), value).ptr;
    if (has_class && end == text->data() + text->size()) return StatusRange{value, value};
    fault("status", "must be a status like 404, or a class like 4xx, not " + printable(*text));
    return std::nullopt;
  }

  void fault(const std::string& name, std::string message) {
    faults_.push_back({name, std::move(message), {}});
  }

  void finish() const {
    if (faults_.empty()) return;
    Problem problem = Problem::of_status(422);
    problem.errors = faults_;
    problem.detail = faults_.front().field + " " + faults_.front().message;
    throw ProblemError(problem);
  }

  const std::multimap<std::string, std::string>& query_;
  std::vector<FieldError> faults_;
};

Json or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

Json to_json(const Exchange& exchange) {
  return {{"id", exchange.id},
          {"timestamp", exchange.timestamp},
          {"request_id", exchange.request_id},
          {"endpoint", exchange.endpoint},
          {"method", exchange.method},
          {"path", exchange.path},
          {"status", exchange.status},
          {"duration_ms", exchange.duration_ms},
          {"model_id", or_null(exchange.model_id)},
          {"request", Json::parse(exchange.request, nullptr, false)},
          {"response", Json::parse(exchange.response, nullptr, false)}};
}

Outcome logs(TrafficStore& store, const Request& request) {
  const LogQuery query = QueryReader(request).read();
  Json entries = Json::array();
  try {
    for (const Exchange& exchange : store.read(query)) entries.push_back(to_json(exchange));
  } catch (const StorageError&) {
    Problem problem = Problem::of_status(503);
    problem.code = "database-unavailable";
    problem.detail = "the database does not answer now; what is recorded is not lost";
    throw ProblemError(problem);
  }
  Outcome outcome;
  outcome.answer.body = entries.dump(-1, ' ', false, Json::error_handler_t::replace);
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
