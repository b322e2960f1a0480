// What GET /logs is asked for.
#pragma once

#include "../http/message.h"
#include "../traffic/exchange.h"

#include <map>
#include <string>

namespace diamond::serve {

/// Reads the parameters. Throws ProblemError 422 that names all faulty ones.
[[nodiscard]] LogQuery read_log_query(const std::multimap<std::string, std::string>& parameters);

/// The address of the page that follows: the same query from this id on.
[[nodiscard]] std::string next_page(const Request& request, std::int64_t before);

}  // namespace diamond::serve
