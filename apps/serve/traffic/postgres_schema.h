// The tables of the log in PostgreSQL: how they came to be, and their partitions.
#pragma once

#include "postgres_connection.h"
#include "postgres_log.h"

#include <diamond/core/clock.h>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace diamond::serve {

/// Throws NewerSchema, DatabaseError.
[[nodiscard]] Schema schema_of(pqxx::work& transaction, const std::string& shown_url);

/// Brings the schema up to date; safe when several servers do it at a time. Throws NewerSchema,
/// DatabaseError.
void migrate(PostgresConnection& connection);

/// The slot of an outbox, see exchange_id.h: the one that it has, else a free one, else the one
/// whose outbox was not heard of for longest.
[[nodiscard]] std::int64_t slot_of(PostgresConnection& connection, const std::string& outbox);

/// Has the partitions for these days ("2026-11-25") there, within a transaction that has locked
/// nothing that others need.
void have_partitions(pqxx::work& transaction, const std::set<std::string>& days);

/// Drops the partitions that hold nothing from `time` or later, and what was rejected before it;
/// returns the partitions' names. One that others are reading is left for another time. Throws
/// DatabaseError where one cannot be dropped, once the others are.
[[nodiscard]] std::vector<std::string> drop_before(PostgresConnection& connection, Timestamp time);

}  // namespace diamond::serve
