#include "postgres_schema.h"

#include "exchange_id.h"
#include "migrations.h"

#include <algorithm>
#include <optional>

namespace diamond::serve {
namespace {

/// One number that all servers of this project lock while they change tables, before anything else.
constexpr const char* schema_lock = "SELECT pg_advisory_xact_lock(4961656)";

/// 0: the database is new.
std::size_t version_of(pqxx::work& transaction, const std::string& shown_url) {
  const auto table = transaction.exec("SELECT to_regclass('schema_migrations') IS NOT NULL");
  if (!table[0][0].as<bool>()) return 0;
  const auto found = transaction.exec("SELECT coalesce(max(version), 0) FROM schema_migrations");
  const auto version = found[0][0].as<std::size_t>();
  if (version > postgres_migrations.size())
    throw NewerSchema(shown_url, "the database has the newer schema " + std::to_string(version),
                      "update diamond-serve");
  return version;
}

/// "2026-11-25" → "exchanges_20261125".
std::string partition_of(std::string day) {
  day.erase(std::remove(day.begin(), day.end(), '-'), day.end());
  return "exchanges_" + day;
}

/// Waits only so long for those who read the table, for everybody else would wait behind. False: it
/// waited in vain.
bool drop_partition(PostgresConnection& connection, const std::string& name) try {
  connection.transact([&](pqxx::work& transaction) {
    transaction.exec(schema_lock);
    transaction.exec("SET LOCAL lock_timeout = 2000");
    transaction.exec("DROP TABLE IF EXISTS " + transaction.quote_name(name));
  });
  return true;
} catch (const DatabaseError& error) {
  constexpr const char* lock_not_available = "55P03";
  if (error.sqlstate() == lock_not_available) return false;
  throw;
}

std::vector<std::string> partitions_before(PostgresConnection& connection,
                                           const std::string& name) {
  return connection.transact([&](pqxx::work& transaction) {
    const auto found = transaction.exec(
        "SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent "
        "= 'exchanges'::regclass AND relname ~ '^exchanges_[0-9]{8}$' AND relname < " +
        transaction.quote(name) + " ORDER BY relname");
    std::vector<std::string> names;
    for (const auto& row : found) names.emplace_back(row[0].c_str());
    return names;
  });
}

}  // namespace

Schema schema_of(pqxx::work& transaction, const std::string& shown_url) {
  const std::size_t version = version_of(transaction, shown_url);
  if (version == 0) return Schema::none;
  return version < postgres_migrations.size() ? Schema::older : Schema::current;
}

void migrate(PostgresConnection& connection) {
  connection.transact([&](pqxx::work& transaction) {
    transaction.exec(schema_lock);
    transaction.exec(
        "CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY KEY, applied_at "
        "TIMESTAMPTZ NOT NULL)");
    for (std::size_t next = version_of(transaction, connection.shown_url());
         next < postgres_migrations.size(); ++next) {
      transaction.exec(std::string(postgres_migrations[next]));
      transaction.exec("INSERT INTO schema_migrations VALUES (" + std::to_string(next + 1) +
                       ", now())");
    }
  });
}

std::int64_t slot_of(PostgresConnection& connection, const std::string& outbox) {
  return connection.transact([&](pqxx::work& transaction) {
    const std::string name = transaction.quote(outbox);
    transaction.exec(schema_lock);  // no two take the same
    transaction.exec("INSERT INTO shipping_marks (outbox, mark) VALUES (" + name +
                     ", 0) ON CONFLICT DO NOTHING");
    transaction.exec("UPDATE shipping_marks SET seen_at = now() WHERE outbox = " + name);
    const auto own = transaction.exec(
        "SELECT slot FROM shipping_marks WHERE slot IS NOT NULL AND outbox = " + name);
    if (!own.empty()) return own[0][0].as<std::int64_t>();
    const auto found =
        transaction.exec("SELECT every.slot FROM generate_series(0, " + std::to_string(slots - 1) +
                         ") AS every (slot) LEFT JOIN shipping_marks USING (slot) "
                         "ORDER BY seen_at NULLS FIRST, every.slot LIMIT 1");
    const std::string slot = found[0][0].c_str();
    transaction.exec("UPDATE shipping_marks SET slot = NULL WHERE slot = " + slot);
    transaction.exec("UPDATE shipping_marks SET slot = " + slot + " WHERE outbox = " + name);
    return found[0][0].as<std::int64_t>();
  });
}

void have_partitions(pqxx::work& transaction, const std::set<std::string>& days) {
  for (const std::string& day : days) {
    const auto found = transaction.exec("SELECT to_regclass(" +
                                        transaction.quote(partition_of(day)) + ") IS NULL");
    if (!found[0][0].as<bool>()) continue;
    transaction.exec(schema_lock);
    transaction.exec("SELECT make_exchanges_partition(" + transaction.quote(day) + ")");
  }
}

std::vector<std::string> drop_before(PostgresConnection& connection, Timestamp time) {
  const std::string first_day = iso_time(time).substr(0, 10);
  connection.transact([&](pqxx::work& transaction) {
    transaction.exec("DELETE FROM rejected WHERE rejected_at < " + transaction.quote(first_day));
  });
  std::vector<std::string> dropped;
  std::optional<DatabaseError> failure;
  for (const std::string& name : partitions_before(connection, partition_of(first_day))) try {
      if (drop_partition(connection, name)) dropped.push_back(name);
    } catch (const DatabaseError& error) {
      if (!failure) failure = error;
    }
  if (failure) throw DatabaseError(*failure);
  return dropped;
}

}  // namespace diamond::serve
