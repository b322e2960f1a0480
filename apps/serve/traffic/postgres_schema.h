// The tables of the log in PostgreSQL: how they came to be, and their partitions.
#pragma once

#include "postgres_connection.h"

#include <diamond/core/clock.h>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace diamond::serve {

/// Brings the schema up to date; safe when several servers do it at a time, and locks nothing where
/// there is nothing to do. Throws NewerSchema, DatabaseError.
void migrate(PostgresConnection& connection);

/// The slot of an outbox: a free one, else the one that was not heard of for longest. See
/// exchange_id.h.
[[nodiscard]] std::int64_t slot_of(PostgresConnection& connection, const std::string& outbox);

/// Has the partitions for these days ("2026-11-25") there, within a transaction that has locked
/// nothing that others need.
void have_partitions(pqxx::work& transaction, const std::set<std::string>& days);

/// Drops the partitions that hold nothing from `time` or later, and what was rejected before it;
/// returns the partitions' names. One that others are reading is left for another time.
[[nodiscard]] std::vector<std::string> drop_before(PostgresConnection& connection, Timestamp time);

}  // namespace diamond::serve
