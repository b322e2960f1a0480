#include "log_query.h"

#include "../http/problem.h"
#include "../http/request_id.h"
#include "../http/trace_context.h"

#include <diamond/core/spelling.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <limits>
#include <optional>

namespace diamond::serve {
namespace {

constexpr std::int64_t most_entries = 1000;
constexpr std::array<std::string_view, 4> endpoint_names = {"predict", "samples", "logs", "models"};
constexpr std::array<std::string_view, 10> known = {"limit", "before",     "endpoint", "status",
                                                    "model", "request_id", "trace_id", "since",
                                                    "until", "waiting"};

/// The parameters of the query, checked one by one; all faults are collected.
class QueryReader {
 public:
  explicit QueryReader(const std::multimap<std::string, std::string>& query) : query_(query) {}

  LogQuery read() {
    LogQuery query;
    if (const auto limit = whole_number("limit", 1, most_entries)) query.limit = *limit;
    query.before = whole_number("before", 1, std::numeric_limits<std::int64_t>::max());
    query.endpoints = endpoints();
    query.status = status();
    query.model_id = name("model");
    query.request_id = name("request_id");
    query.trace_id = trace_id();
    query.since = time("since");
    query.until = time("until");
    query.only_waiting = truth("waiting");
    for (const auto& [name, value] : query_)
      if (std::find(known.begin(), known.end(), name) == known.end())
        fault(name, "is not known; known are " + join(known));
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
    if (!name && (find("request_id") || find("trace_id"))) return {};
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

  /// Of a model or a request.
  std::optional<std::string> name(const std::string& parameter) {
    auto text = find(parameter);
    if (!text || is_sane_request_id(*text)) return text;
    fault(parameter, "must be made of at most 128 letters, digits, - _ . and :, not " +
                         printable(text->substr(0, 200)));
    return std::nullopt;
  }

  std::optional<std::string> trace_id() {
    auto text = find("trace_id");
    if (!text || is_trace_id(*text)) return text;
    fault("trace_id", "must be the trace-id of a traceparent, 32 digits 0 to 9 and a to f, not " +
                          printable(text->substr(0, 200)));
    return std::nullopt;
  }

  std::optional<Timestamp> time(const std::string& parameter) {
    const auto text = find(parameter);
    if (!text) return std::nullopt;
    const auto time = parse_iso_time(*text);
    if (!time)
      fault(parameter,
            "must be a day (2026-11-25) or a time with its zone (2026-11-25T08:00:00Z), "
            "not " +
                printable(*text));
    return time;
  }

  bool truth(const std::string& parameter) {
    const auto text = find(parameter);
    if (text && *text != "true" && *text != "false")
      fault(parameter, "must be true or false, not " + printable(*text));
    return text == "true";
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

/// For a parameter of an address: RFC 3986's unreserved characters stay.
std::string percent_encoded(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || std::string_view("-_.~").find(c) != std::string_view::npos) {
      encoded += c;
      continue;
    }
    std::array<char, 4> hex{};
    std::snprintf(hex.data(), hex.size(), "%%%02X", byte);
    encoded += hex.data();
  }
  return encoded;
}

}  // namespace

LogQuery read_log_query(const std::multimap<std::string, std::string>& parameters) {
  return QueryReader(parameters).read();
}

std::string next_page(const Request& request, std::int64_t before) {
  std::string address = request.path + "?before=" + std::to_string(before);
  for (const auto& [name, value] : request.query)
    if (name != "before") address += "&" + percent_encoded(name) + "=" + percent_encoded(value);
  return address;
}

}  // namespace diamond::serve
