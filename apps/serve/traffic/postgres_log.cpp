#include "postgres_log.h"

#include "log_sql.h"
#include "postgres_connection.h"
#include "postgres_schema.h"

#include <diamond/core/json.h>
#include <diamond/core/spelling.h>

#include <set>
#include <tuple>

namespace diamond::serve {
namespace {

/// A reader that waits no longer leaves no query behind.
constexpr int read_milliseconds = 10'000;

/// For a server that is not reached for a while, and for one whose clock is ahead.
constexpr std::chrono::days days_ahead(7);

/// Data exceptions, broken constraints and exceeded limits come again with the same rows, whatever
/// is done about the database (classes 22, 23 and 54 of PostgreSQL's error codes).
bool is_about_the_rows(const std::string& sqlstate) {
  return sqlstate.starts_with("22") || sqlstate.starts_with("23") || sqlstate.starts_with("54");
}

/// libpqxx 7 names what 6 takes as a list; its older form is deprecated.
pqxx::stream_to copy_into_exchanges(pqxx::work& transaction) {
#if PQXX_VERSION_MAJOR >= 7
  return pqxx::stream_to::raw_table(transaction, "exchanges", "id, " + join(exchange_columns));
#else
  std::vector<std::string> columns = {"id"};
  columns.insert(columns.end(), exchange_columns.begin(), exchange_columns.end());
  return pqxx::stream_to(transaction, "exchanges", columns);
#endif
}

const char* or_null(const std::string& text) {
  return text.empty() ? nullptr : text.c_str();
}

void write_row(pqxx::stream_to& stream, const Exchange& row) {
  const char* model = or_null(row.model_id);
  const char* client = or_null(row.client);
  const char* key = or_null(row.api_key);
#if PQXX_VERSION_MAJOR >= 7
  stream.write_values(row.id, row.timestamp, row.request_id, row.endpoint, row.method, row.path,
                      row.status, row.duration_ms, model, row.request, row.response, client, key);
#else
  stream << std::make_tuple(row.id, row.timestamp, row.request_id, row.endpoint, row.method,
                            row.path, row.status, row.duration_ms, model, row.request, row.response,
                            client, key);
#endif
}

std::set<std::string> days_of(std::span<const Exchange> rows) {
  std::set<std::string> days;
  for (const Exchange& row : rows) days.insert(row.timestamp.substr(0, 10));
  return days;
}

/// Nothing else moves the rows of this outbox while the transaction lasts.
std::int64_t lock_mark(pqxx::work& transaction, const std::string& outbox) {
  const std::string name = transaction.quote(outbox);
  // A row that is not there cannot be locked. The insert waits for one that makes it just now.
  transaction.exec("INSERT INTO shipping_marks (outbox, last_id) VALUES (" + name +
                   ", 0) ON CONFLICT DO NOTHING");
  const auto found =
      transaction.exec("SELECT last_id FROM shipping_marks WHERE outbox = " + name + " FOR UPDATE");
  return found[0][0].as<std::int64_t>();
}

void set_mark(pqxx::work& transaction, const std::string& outbox, std::int64_t mark) {
  transaction.exec("UPDATE shipping_marks SET seen_at = now(), last_id = " + std::to_string(mark) +
                   " WHERE outbox = " + transaction.quote(outbox));
}

/// As JSON that any text column takes.
std::string as_ascii(const Exchange& row) {
  const Json json = {{"id", row.id},
                     {"timestamp", row.timestamp},
                     {"request_id", row.request_id},
                     {"endpoint", row.endpoint},
                     {"method", row.method},
                     {"path", row.path},
                     {"status", row.status},
                     {"duration_ms", row.duration_ms},
                     {"model_id", row.model_id},
                     {"request", row.request},
                     {"response", row.response},
                     {"client", row.client},
                     {"api_key", row.api_key}};
  return json.dump(-1, ' ', true, Json::error_handler_t::replace);
}

std::string select_sql(pqxx::work& transaction, const LogQuery& query, LogOrder order) {
  // Words go into the text, quoted by the library: its two major versions pass parameters in
  // different ways. So does the planner know which partitions they are about.
  const LogSql sql = log_sql(
      query, order, [&](std::size_t, const std::string& word) { return transaction.quote(word); });
  return "SELECT id, to_char(timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'), "
         "request_id, endpoint, method, path, status, duration_ms, model_id, request, response, "
         "client, api_key FROM exchanges" +
         sql.where_order;
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
  exchange.client = text(11);
  exchange.api_key = text(12);
  return exchange;
}

}  // namespace

PostgresLog::PostgresLog(const std::string& url, Interruption& interruption)
    : connection_(std::make_unique<PostgresConnection>(url, interruption)) {
  migrate(*connection_);
}

PostgresLog::~PostgresLog() = default;

std::int64_t PostgresLog::slot_of(const std::string& outbox) {
  return serve::slot_of(*connection_, outbox);
}

std::int64_t PostgresLog::add(const std::string& outbox, std::span<const Exchange> rows) {
  try {
    return connection_->transact([&](pqxx::work& transaction) {
      const std::int64_t before = lock_mark(transaction, outbox);
      have_partitions(transaction, days_of(rows));
      std::int64_t mark = before;
      pqxx::stream_to stream = copy_into_exchanges(transaction);
      for (const Exchange& row : rows) {
        if (row.id <= before) continue;
        write_row(stream, row);
        mark = row.id;
      }
      stream.complete();
      set_mark(transaction, outbox, mark);
      return mark;
    });
  } catch (const DatabaseError& error) {
    if (is_about_the_rows(error.sqlstate())) throw UnfitRows("", error.what(), "");
    throw;
  }
}

std::int64_t PostgresLog::reject(const std::string& outbox, const Exchange& row,
                                 const std::string& reason) {
  return connection_->transact([&](pqxx::work& transaction) {
    const std::int64_t before = lock_mark(transaction, outbox);
    if (row.id <= before) return before;
    transaction.exec("INSERT INTO rejected (reason, exchange) VALUES (" +
                     transaction.quote(reason) + ", " + transaction.quote(as_ascii(row)) + ")");
    set_mark(transaction, outbox, row.id);
    return row.id;
  });
}

std::vector<Exchange> PostgresLog::read(const LogQuery& query) {
  return connection_->transact([&](pqxx::work& transaction) {
    transaction.exec("SET LOCAL statement_timeout = " + std::to_string(read_milliseconds));
    const auto rows = transaction.exec(select_sql(transaction, query, LogOrder::newest_first) +
                                       " LIMIT " + std::to_string(query.limit));
    std::vector<Exchange> exchanges;
    for (const auto& row : rows) exchanges.push_back(exchange_from(row));
    return exchanges;
  });
}

void PostgresLog::visit(const LogQuery& query, const ExchangeVisitor& visitor) {
  connection_->transact([&](pqxx::work& transaction) {
    transaction.exec("DECLARE log NO SCROLL CURSOR FOR " +
                     select_sql(transaction, query, LogOrder::oldest_first));
    for (;;) {
      const auto rows = transaction.exec("FETCH 1000 FROM log");
      if (rows.empty()) return;
      for (const auto& row : rows) visitor(exchange_from(row));
    }
  });
}

std::vector<std::string> PostgresLog::keep_house(std::chrono::days retention) {
  const Timestamp now = std::chrono::system_clock::now();
  std::set<std::string> days;
  for (std::chrono::days ahead(0); ahead <= days_ahead; ++ahead)
    days.insert(iso_time(now + ahead).substr(0, 10));
  connection_->transact([&](pqxx::work& transaction) { have_partitions(transaction, days); });
  if (retention.count() == 0) return {};
  return drop_before(*connection_, now - retention);
}

}  // namespace diamond::serve
