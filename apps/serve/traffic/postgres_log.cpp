#include "postgres_log.h"

#include "log_sql.h"
#include "migrations.h"
#include "open_store.h"

#include <diamond/core/error.h>
#include <diamond/core/json.h>
#include <diamond/core/spelling.h>

#include <pqxx/pqxx>

#include <algorithm>
#include <tuple>
#include <utility>

namespace diamond::serve {
namespace {

/// One number that all servers of this project lock while they migrate.
constexpr const char* migration_lock = "SELECT pg_advisory_xact_lock(4961656)";

/// A reader that waits no longer leaves no query behind.
constexpr int read_milliseconds = 10'000;

/// Where the URL names the host. A password, before it, may hold any sign but @ and /.
std::size_t place_of_host(const std::string& url) {
  const std::size_t start = url.find("://") + 3;
  const std::size_t end = url.find_first_of("@/", start);
  return end != std::string::npos && url[end] == '@' ? end : start;
}

/// libpqxx waits for ever by itself; what the URL says stands first.
std::string with_timeouts(std::string url) {
  const std::size_t host = place_of_host(url);
  for (const auto& [name, value] : {std::pair{"connect_timeout", "5"},
                                    {"keepalives_idle", "10"},
                                    {"tcp_user_timeout", "10000"},
                                    {"application_name", "diamond-serve"}}) {
    if (url.find(std::string(name) + "=", host) != std::string::npos) continue;
    url += (url.find('?', host) == std::string::npos ? "?" : "&") + std::string(name) + "=" + value;
  }
  return url;
}

std::string in_one_line(std::string words) {
  words.erase(words.find_last_not_of(" \n") + 1);
  std::replace_if(
      words.begin(), words.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  return words;
}

/// Data exceptions, broken constraints and exceeded limits come again with the same rows, whatever
/// is done about the database (classes 22, 23 and 54 of PostgreSQL's error codes).
bool is_about_the_rows(const std::string& sqlstate) {
  return sqlstate.starts_with("22") || sqlstate.starts_with("23") || sqlstate.starts_with("54");
}

template <class Work>
auto with_our_errors(const std::string& shown_url, const Work& work) {
  try {
    return work();
  } catch (const pqxx::failure& error) {
    throw StorageError(shown_url, "the database does not work: " + in_one_line(error.what()),
                       "check that it runs, and the URL given with --database");
  }
}

/// Runs `work`, which adds rows; where the rows are at fault throws UnfitRows.
template <class Work>
auto with_fit_rows(const Work& work) {
  try {
    return work();
  } catch (const pqxx::sql_error& error) {
    if (is_about_the_rows(error.sqlstate())) throw UnfitRows("", in_one_line(error.what()), "");
    throw;
  }
}

/// 0: the database is new. Throws NewerSchema.
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

/// Locks nothing where there is nothing to do.
void migrate(pqxx::connection& connection, const std::string& shown_url) {
  pqxx::work transaction(connection);
  if (schema_of(transaction, shown_url) == postgres_migrations.size()) return;
  transaction.exec(migration_lock);
  transaction.exec(
      "CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY KEY, applied_at "
      "TIMESTAMPTZ NOT NULL)");
  for (std::size_t next = schema_of(transaction, shown_url); next < postgres_migrations.size();
       ++next) {
    transaction.exec(std::string(postgres_migrations[next]));
    transaction.exec("INSERT INTO schema_migrations VALUES (" + std::to_string(next + 1) +
                     ", now())");
  }
  transaction.commit();
}

/// libpqxx 7 names what 6 takes as a list; its older form is deprecated.
pqxx::stream_to copy_into_exchanges(pqxx::work& transaction) {
#if PQXX_VERSION_MAJOR >= 7
  return pqxx::stream_to::raw_table(transaction, "exchanges", join(exchange_columns));
#else
  return pqxx::stream_to(
      transaction, "exchanges",
      std::vector<std::string>(exchange_columns.begin(), exchange_columns.end()));
#endif
}

void write_row(pqxx::stream_to& stream, const Exchange& row) {
  const char* model = row.model_id.empty() ? nullptr : row.model_id.c_str();
#if PQXX_VERSION_MAJOR >= 7
  stream.write_values(row.timestamp, row.request_id, row.endpoint, row.method, row.path, row.status,
                      row.duration_ms, model, row.request, row.response);
#else
  stream << std::make_tuple(row.timestamp, row.request_id, row.endpoint, row.method, row.path,
                            row.status, row.duration_ms, model, row.request, row.response);
#endif
}

/// Nothing else moves the rows of this outbox while the transaction lasts.
std::int64_t lock_mark(pqxx::work& transaction, const std::string& outbox) {
  const std::string name = transaction.quote(outbox);
  // A row that is not there cannot be locked. The insert waits for one that makes it just now.
  transaction.exec("INSERT INTO shipping_marks VALUES (" + name + ", 0) ON CONFLICT DO NOTHING");
  const auto found =
      transaction.exec("SELECT last_id FROM shipping_marks WHERE outbox = " + name + " FOR UPDATE");
  return found[0][0].as<std::int64_t>();
}

void set_mark(pqxx::work& transaction, const std::string& outbox, std::int64_t mark) {
  transaction.exec("UPDATE shipping_marks SET last_id = " + std::to_string(mark) +
                   " WHERE outbox = " + transaction.quote(outbox));
}

/// As JSON that any text column takes.
std::string as_ascii(const Exchange& row) {
  const Json json = {{"timestamp", row.timestamp},
                     {"request_id", row.request_id},
                     {"endpoint", row.endpoint},
                     {"method", row.method},
                     {"path", row.path},
                     {"status", row.status},
                     {"duration_ms", row.duration_ms},
                     {"model_id", row.model_id},
                     {"request", row.request},
                     {"response", row.response}};
  return json.dump(-1, ' ', true, Json::error_handler_t::replace);
}

Exchange exchange_from(const pqxx::row& row) {
  const auto text = [&row](int column) {
    return row[static_cast<pqxx::row::size_type>(column)].c_str();
  };
  Exchange exchange;
  exchange.id = row[0].as<std::int64_t>();
  exchange.timestamp = text(1);
  exchange.request_id = text(2);
  exchange.endpoint = text(3);
  exchange.method = text(4);
  exchange.path = text(5);
  exchange.status = row[6].as<int>();
  exchange.duration_ms = row[7].as<double>();
  exchange.model_id = text(8);  // null reads as ""
  exchange.request = text(9);
  exchange.response = text(10);
  return exchange;
}

}  // namespace

struct PostgresLog::Connection {
  Connection(const std::string& url, Interruption& interruption)
      : pq(with_timeouts(url)), interruptible(interruption, pq.sock()) {}

  pqxx::connection pq;
  Interruption::Scope interruptible;
};

PostgresLog::PostgresLog(const std::string& url, Interruption& interruption)
    : shown_url_(without_password(url)) {
  with_our_errors(shown_url_, [&] {
    connection_ = std::make_unique<Connection>(url, interruption);
    migrate(connection_->pq, shown_url_);
  });
}

PostgresLog::~PostgresLog() = default;

std::int64_t PostgresLog::add(const std::string& outbox, std::span<const Exchange> rows) {
  const auto add_all = [&] {
    pqxx::work transaction(connection_->pq);
    const std::int64_t before = lock_mark(transaction, outbox);
    std::int64_t mark = before;
    pqxx::stream_to stream = copy_into_exchanges(transaction);
    for (const Exchange& row : rows) {
      if (row.id <= before) continue;
      write_row(stream, row);
      mark = row.id;
    }
    stream.complete();
    set_mark(transaction, outbox, mark);
    transaction.commit();
    return mark;
  };
  return with_our_errors(shown_url_, [&] { return with_fit_rows(add_all); });
}

std::int64_t PostgresLog::reject(const std::string& outbox, const Exchange& row,
                                 const std::string& reason) {
  return with_our_errors(shown_url_, [&] {
    pqxx::work transaction(connection_->pq);
    const std::int64_t before = lock_mark(transaction, outbox);
    if (row.id <= before) return before;
    transaction.exec("INSERT INTO rejected (reason, exchange) VALUES (" +
                     transaction.quote(reason) + ", " + transaction.quote(as_ascii(row)) + ")");
    set_mark(transaction, outbox, row.id);
    transaction.commit();
    return row.id;
  });
}

std::vector<Exchange> PostgresLog::read(const LogQuery& query) {
  return with_our_errors(shown_url_, [&] {
    pqxx::work transaction(connection_->pq);
    transaction.exec("SET LOCAL statement_timeout = " + std::to_string(read_milliseconds));
    // Words go into the text, quoted by the library: its two major versions pass parameters in
    // different ways.
    std::vector<std::string> quoted;
    for (const std::string& endpoint : query.endpoints)
      quoted.push_back(transaction.quote(endpoint));
    const LogSql sql = log_sql(query, [&](std::size_t number) { return quoted[number - 1]; });
    const auto rows = transaction.exec(
        "SELECT id, to_char(timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'), "
        "request_id, endpoint, method, path, "
        "status, duration_ms, model_id, request, response FROM exchanges" +
        sql.where_order_limit);
    std::vector<Exchange> exchanges;
    for (const auto& row : rows) exchanges.push_back(exchange_from(row));
    return exchanges;
  });
}

}  // namespace diamond::serve
