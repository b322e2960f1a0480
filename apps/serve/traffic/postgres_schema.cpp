#include "postgres_schema.h"

#include "exchange_id.h"
#include "migrations.h"
#include "postgres_log.h"

#include <algorithm>

namespace diamond::serve {
namespace {

/// One number that all servers of this project lock while they change tables, before anything else.
constexpr const char* schema_lock = "SELECT pg_advisory_xact_lock(4961656)";

/// 0: the database is new.
std::size_t schema_of(pqxx::work& transaction, const std::string& shown_url) {
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

/// Waits only so long for those who read the table, for everybody else would wait behind.
void drop_partition(PostgresConnection& connection, const std::string& name) {
  connection.transact([&](pqxx::work& transaction) {
    transaction.exec(schema_lock);
    transaction.exec("SET LOCAL lock_timeout = 2000");
    transaction.exec("DROP TABLE IF EXISTS " + transaction.quote_name(name));
  });
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

void migrate(PostgresConnection& connection) {
  connection.transact([&](pqxx::work& transaction) {
    if (schema_of(transaction, connection.shown_url()) == postgres_migrations.size()) return;
    transaction.exec(schema_lock);
    transaction.exec(
        "CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY KEY, applied_at "
        "TIMESTAMPTZ NOT NULL)");
    for (std::size_t next = schema_of(transaction, connection.shown_url());
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
    transaction.exec("INSERT INTO shipping_marks (outbox, last_id) VALUES (" + name +
                     ", 0) ON CONFLICT DO NOTHING");
    const auto found = transaction.exec(
        "UPDATE shipping_marks SET seen_at = now(), slot = coalesce(slot, "
        "(SELECT slot FROM generate_series(0, " +
        std::to_string(slots - 1) +
        ") AS every (slot) LEFT JOIN (SELECT slot, max(seen_at) AS seen FROM shipping_marks GROUP "
        "BY slot) AS taken USING (slot) ORDER BY seen NULLS FIRST, slot LIMIT 1)) "
        "WHERE outbox = " +
        name + " RETURNING slot");
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
  std::vector<std::string> names = partitions_before(connection, partition_of(first_day));
  for (const std::string& name : names) drop_partition(connection, name);
  return names;
}

}  // namespace diamond::serve
