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

/// What GET /logs shows at once.
struct LogPage {
  std::vector<Exchange> exchanges;  // the newest first
  bool has_more = false;
};

/// At most `query.limit` exchanges (one more where two servers gave the last one's id), and no more
/// after 8 MiB of requests and responses: a batch may be megabytes. Throws as read_log does.
[[nodiscard]] LogPage read_log_page(TrafficStore& store, LogQuery query);

/// The address of the page that follows: the same query from this id on.
[[nodiscard]] std::string next_page(const Request& request, std::int64_t before);

}  // namespace diamond::serve
