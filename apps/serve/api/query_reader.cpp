#include "query_reader.h"

#include "../http/request_id.h"

#include <diamond/core/spelling.h>

#include <algorithm>
#include <charconv>

namespace diamond::serve {

std::optional<std::string> QueryReader::text(std::string_view name) {
  asked_.push_back(name);
  const auto found = query_.find(std::string(name));
  if (query_.count(std::string(name)) > 1) fault(name, "is given more than once");
  if (found == query_.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

std::optional<std::int64_t> QueryReader::whole_number(std::string_view name, std::int64_t least,
                                                      std::int64_t most) {
  const auto given = text(name);
  if (!given) return std::nullopt;
  std::int64_t value = 0;
  const char* const end = given->data() + given->size();
  const auto [stop, error] = std::from_chars(given->data(), end, value);
  if (error == std::errc{} && stop == end && value >= least && value <= most) return value;
  fault(name, "must be a whole number from " + std::to_string(least) + " to " +
                  std::to_string(most) + ", not " + printable(*given));
  return std::nullopt;
}

std::optional<std::string> QueryReader::id(std::string_view name) {
  auto given = text(name);
  if (!given || is_sane_request_id(*given)) return given;
  fault(name, "must be made of at most 128 letters, digits, - _ . and :, not " +
                  printable(given->substr(0, 200)));
  return std::nullopt;
}

std::optional<Timestamp> QueryReader::time(std::string_view name) {
  const auto given = text(name);
  if (!given) return std::nullopt;
  const auto time = parse_iso_time(*given);
  if (!time)
    fault(name, "must be a day (2026-11-25) or a time with its zone (2026-11-25T08:00:00Z), not " +
                    printable(*given));
  return time;
}

bool QueryReader::truth(std::string_view name) {
  const auto given = text(name);
  if (given && *given != "true" && *given != "false")
    fault(name, "must be true or false, not " + printable(*given));
  return given == "true";
}

void QueryReader::fault(std::string_view name, std::string message) {
  faults_.push_back({std::string(name), std::move(message), {}});
}

void QueryReader::finish() {
  for (const auto& [name, value] : query_)
    if (std::find(asked_.begin(), asked_.end(), name) == asked_.end())
      fault(name, "is not known; known are " + join(asked_));
  if (faults_.empty()) return;
  Problem problem = Problem::of_status(422);
  problem.errors = faults_;
  problem.detail = faults_.front().field + " " + faults_.front().message;
  throw ProblemError(problem);
}

}  // namespace diamond::serve
