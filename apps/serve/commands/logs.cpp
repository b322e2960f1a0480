#include "../api/log_entry.h"
#include "../api/log_query.h"
#include "../http/problem.h"
#include "../settings.h"
#include "../traffic/open_store.h"
#include "commands.h"

#include <diamond/core/error.h>
#include <diamond/core/spelling.h>

#include <array>
#include <ostream>
#include <utility>

namespace diamond::serve {
namespace {

/// Options that choose, and what GET /logs calls them.
constexpr std::array<std::pair<const char*, const char*>, 7> choices = {
    {{"--since", "since"},
     {"--until", "until"},
     {"--endpoint", "endpoint"},
     {"--status", "status"},
     {"--model", "model"},
     {"--request-id", "request_id"},
     {"--trace-id", "trace_id"}}};

std::string option_of(const std::string& parameter) {
  for (const auto& [option, name] : choices)
    if (parameter == name) return option;
  return parameter;
}

/// Of all endpoints where none is named: an export leaves nothing out by itself.
LogQuery query_of(const CommandValues& values) {
  std::multimap<std::string, std::string> parameters;
  for (const auto& [option, name] : choices)
    if (const auto found = values.find(option); found != values.end())
      parameters.emplace(name, found->second);
  if (!parameters.contains("endpoint")) parameters.emplace("endpoint", "all");
  try {
    return read_log_query(parameters);
  } catch (const ProblemError& error) {
    const FieldError& fault = error.problem().errors.front();
    throw UsageError(option_of(fault.field), fault.message,
                     "diamond-serve logs export --help tells more");
  }
}

std::vector<std::string_view> endpoint_words() {
  std::vector<std::string_view> words(logged_endpoints.begin(), logged_endpoints.end());
  words.emplace_back("all");
  return words;
}

enum class Format { jsonl, csv };

Format format_of(const CommandValues& values) {
  const auto found = values.find("--format");
  if (found == values.end() || found->second == "jsonl") return Format::jsonl;
  if (found->second == "csv") return Format::csv;
  throw UsageError("--format", "must be jsonl or csv, not " + printable(found->second), "");
}

std::string line_of(const Exchange& exchange, Format format) {
  if (format == Format::csv) return csv_line(exchange);
  return log_entry(exchange).dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

void export_logs(const CommandValues& values, const Settings& settings, std::ostream& out,
                 Log& log) {
  const LogQuery query = query_of(values);
  const Format format = format_of(values);
  if (format == Format::csv) out << csv_names();
  std::int64_t count = 0;
  visit_log(settings.traffic.database, query, [&](const Exchange& exchange) {
    if (!(out << line_of(exchange, format)))
      throw StorageError("stdout", "the exchanges cannot be written", "check where they go");
    ++count;
  });
  log.info("exported",
           {{"exchanges", count}, {"database", without_password(settings.traffic.database)}});
}

}  // namespace

std::vector<Command> logs_commands() {
  constexpr Presence optional = Presence::optional;
  return {{"logs",
           "export",
           "writes the traffic log of --database to stdout, the oldest first",
           {{"--since", "from this day (2026-11-25) or time (2026-11-25T08:00:00Z) on", optional},
            {"--until", "before this one", optional},
            {"--endpoint", "what was asked for (default: all)", optional, endpoint_words()},
            {"--status", "a status (404), or a class of them (4xx)", optional},
            {"--model", "those that the model of this id took part in", optional},
            {"--request-id", "the request of this name", optional},
            {"--trace-id", "those of this trace", optional},
            {"--format",
             "an entry of GET /logs a line, or a table (default: jsonl)",
             optional,
             {"jsonl", "csv"}}},
           export_logs}};
}

}  // namespace diamond::serve
