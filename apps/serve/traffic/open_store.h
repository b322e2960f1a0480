// From a database URL to a store.
#pragma once

#include "traffic_store.h"

#include <diamond/core/log.h>

#include <memory>
#include <string>

namespace diamond::serve {

/// Opens the database, and brings its schema up to date.
///   sqlite:PATH     the file and its directory are made where they are not there
///   postgresql://…  exchanges go to the outbox first, and from there to PostgreSQL
///   none            nothing is kept; the log says so loudly
/// Throws UsageError (another form), StorageError (not reachable, not writable, newer schema); the
/// text names the URL without its password.
[[nodiscard]] std::unique_ptr<TrafficStore> open_store(const TrafficSettings& settings, Log& log);

/// All exchanges of a database that the query asks for, whatever its limit, the oldest first and
/// one at a time. What waits in an outbox is not among them. Throws UsageError, StorageError.
void visit_log(const std::string& database, const LogQuery& query, const ExchangeVisitor& visitor);

/// The URL with "***" in the place of its password.
[[nodiscard]] std::string without_password(const std::string& url);

}  // namespace diamond::serve
