// What GET /logs is asked for, and how the log is read.
#pragma once

#include "../http/message.h"
#include "../traffic/traffic_store.h"

#include <map>
#include <string>
#include <vector>

namespace diamond::serve {

/// Reads the parameters. Throws ProblemError 422 that names all faulty ones.
[[nodiscard]] LogQuery read_log_query(const std::multimap<std::string, std::string>& parameters);

/// What is asked for, newest first. Throws ProblemError 503 where the database does not answer.
[[nodiscard]] std::vector<Exchange> read_log(TrafficStore& store, const LogQuery& query);

/// The address of the page that follows: the same query from this id on.
[[nodiscard]] std::string next_page(const Request& request, std::int64_t before);

}  // namespace diamond::serve
