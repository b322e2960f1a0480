#include "log_query.h"

#include "../http/trace_context.h"
#include "query_reader.h"

#include <diamond/core/error.h>
#include <diamond/core/spelling.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <iterator>
#include <limits>
#include <optional>
#include <utility>

namespace diamond::serve {
namespace {

constexpr std::int64_t most_entries = 1000;
constexpr std::int64_t entries_at_once = 25;  // in memory, however large
constexpr std::size_t most_bytes = std::size_t{8} << 20U;

/// Web pages written for the original service show every entry as a price or a list of samples:
/// without a choice they see only those.
std::vector<std::string> endpoints(QueryReader& query, bool of_one_request) {
  const auto name = query.text("endpoint");
  if (!name && of_one_request) return {};
  if (!name) return {"predict", "samples"};
  if (*name == "all") return {};
  if (std::find(logged_endpoints.begin(), logged_endpoints.end(), *name) != logged_endpoints.end())
    return {*name};
  query.fault("endpoint", "must be all, " + join(logged_endpoints) + ", not " + printable(*name));
  return {};
}

/// 404, or 4xx.
std::optional<StatusRange> status(QueryReader& query) {
  const auto text = query.text("status");
  if (!text) return std::nullopt;
  const bool has_class = text->size() == 3 && (*text)[0] >= '1' && (*text)[0] <= '5';
  const int hundreds = has_class ? ((*text)[0] - '0') * 100 : 0;
  if (has_class && text->substr(1) == "xx") return StatusRange{hundreds, hundreds + 99};
  int value = 0;
  const auto end = std::from_chars(text->data(), text->data() + text->size(), value).ptr;
  if (has_class && end == text->data() + text->size()) return StatusRange{value, value};
  query.fault("status", "must be a status like 404, or a class like 4xx, not " + printable(*text));
  return std::nullopt;
}

std::optional<std::string> trace_id(QueryReader& query) {
  auto text = query.text("trace_id");
  if (!text || is_trace_id(*text)) return text;
  query.fault("trace_id",
              "must be the trace-id of a traceparent, 32 digits 0 to 9 and a to f, not " +
                  printable(text->substr(0, 200)));
  return std::nullopt;
}

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

LogPage read_entries(TrafficStore& store, LogQuery query, std::int64_t wanted) {
  query.limit = wanted + 1;  // one more shows that there are more
  LogPage page{read_log(store, query), false};
  page.has_more = std::ssize(page.exchanges) > wanted;
  const auto last = static_cast<std::size_t>(wanted);
  // Two servers may give the same id: those stay on one page.
  if (page.has_more && page.exchanges[last].id != page.exchanges[last - 1].id)
    page.exchanges.resize(last);
  return page;
}

}  // namespace

LogQuery read_log_query(const std::multimap<std::string, std::string>& parameters) {
  QueryReader reader(parameters);
  LogQuery query;
  query.limit = reader.whole_number("limit", 1, most_entries).value_or(query.limit);
  query.before = reader.whole_number("before", 1, std::numeric_limits<std::int64_t>::max());
  query.request_id = reader.id("request_id");
  query.trace_id = trace_id(reader);
  query.endpoints = endpoints(reader, query.request_id || query.trace_id);
  query.status = status(reader);
  query.model_id = reader.id("model");
  query.since = reader.time("since");
  query.until = reader.time("until");
  query.only_waiting = reader.truth("waiting");
  reader.finish();
  return query;
}

std::vector<Exchange> read_log(TrafficStore& store, const LogQuery& query) {
  try {
    return store.read(query);
  } catch (const StorageError&) {
    Problem problem = Problem::of_status(503);
    problem.code = "database-unavailable";
    problem.detail =
        "the database does not answer now; what is recorded is not lost, and what waits here for "
        "the database is shown by waiting=true";
    throw ProblemError(problem);
  }
}

LogPage read_log_page(TrafficStore& store, LogQuery query) {
  LogPage page;
  std::size_t bytes = 0;
  do {
    const std::int64_t missing = query.limit - std::ssize(page.exchanges);
    LogPage more = read_entries(store, query, std::min(missing, entries_at_once));
    for (Exchange& exchange : more.exchanges) {
      page.has_more = bytes > most_bytes && exchange.id != page.exchanges.back().id;
      if (page.has_more) return page;
      bytes += exchange.request.size() + exchange.response.size();
      page.exchanges.push_back(std::move(exchange));
    }
    page.has_more = more.has_more;
    if (page.has_more) query.before = page.exchanges.back().id;
  } while (page.has_more && std::ssize(page.exchanges) < query.limit);
  return page;
}

std::string next_page(const Request& request, std::int64_t before) {
  std::string address = request.path + "?before=" + std::to_string(before);
  for (const auto& [name, value] : request.query)
    if (name != "before") address += "&" + percent_encoded(name) + "=" + percent_encoded(value);
  return address;
}

}  // namespace diamond::serve
