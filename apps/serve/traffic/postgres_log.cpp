#include "postgres_log.h"

#include "exchange_id.h"
#include "log_sql.h"
#include "postgres_connection.h"
#include "postgres_schema.h"

#include <diamond/core/json.h>
#include <diamond/core/spelling.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace diamond::serve {
namespace {

/// A reader that waits no longer leaves no query behind.
constexpr int read_milliseconds = 10'000;

constexpr std::size_t bytes_together = std::size_t{4} << 20U;  // of an export

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

/// What waited while the program was updated still has an id of before.
std::int64_t id_with_time(const Exchange& row) {
  if (!is_without_time(row.id)) return row.id;
  return with_time(row.id, parse_iso_time(row.timestamp).value_or(Timestamp()));
}

void write_row(pqxx::stream_to& stream, const Exchange& row) {
  const std::int64_t id = id_with_time(row);
  const char* model = or_null(row.model_id);
  const char* client = or_null(row.client);
  const char* key = or_null(row.api_key);
  const char* trace = or_null(row.trace_id);
#if PQXX_VERSION_MAJOR >= 7
  stream.write_values(id, row.timestamp, row.request_id, row.endpoint, row.method, row.path,
                      row.status, row.duration_ms, model, row.request, row.response, client, key,
                      trace);
#else
  stream << std::make_tuple(id, row.timestamp, row.request_id, row.endpoint, row.method, row.path,
                            row.status, row.duration_ms, model, row.request, row.response, client,
                            key, trace);
#endif
}

std::set<std::string> days_of(std::span<const Exchange> rows) {
  std::set<std::string> days;
  for (const Exchange& row : rows) days.insert(row.timestamp.substr(0, 10));
  return days;
}

void require_current_schema(pqxx::work& transaction, const std::string& shown_url) {
  if (schema_of(transaction, shown_url) != Schema::current)
    throw StorageError(shown_url, "the database has an older schema, or none",
                       "a diamond-serve that starts on it brings it up to date, which may take a "
                       "while");
}

/// Nothing else moves the rows of this outbox while the transaction lasts, and the schema stays.
std::int64_t lock_mark(pqxx::work& transaction, const std::string& outbox,
                       const std::string& shown_url) {
  const std::string name = transaction.quote(outbox);
  // A row that is not there cannot be locked. The insert waits for one that makes it just now.
  transaction.exec("INSERT INTO shipping_marks (outbox, mark) VALUES (" + name +
                   ", 0) ON CONFLICT DO NOTHING");
  const auto found =
      transaction.exec("SELECT mark FROM shipping_marks WHERE outbox = " + name + " FOR UPDATE");
  require_current_schema(transaction, shown_url);
  return found[0][0].as<std::int64_t>();
}

/// It never goes back.
void set_mark(pqxx::work& transaction, const std::string& outbox, std::int64_t mark) {
  transaction.exec("UPDATE shipping_marks SET seen_at = now(), mark = greatest(mark, " +
                   std::to_string(mark) + ") WHERE outbox = " + transaction.quote(outbox));
}

/// Of an exchange: servers that share a slot may give the same id.
using Identity = std::pair<std::int64_t, std::string>;

/// Those of the rows that the database has.
std::set<Identity> present(pqxx::work& transaction, std::span<const Exchange> rows) {
  if (rows.empty()) return {};
  std::string ids;
  for (const Exchange& row : rows) ids += (ids.empty() ? "" : ", ") + std::to_string(row.id);
  const auto [first, last] = std::minmax_element(
      rows.begin(), rows.end(),
      [](const Exchange& a, const Exchange& b) { return a.timestamp < b.timestamp; });
  const auto found =
      transaction.exec("SELECT id, request_id FROM exchanges WHERE timestamp BETWEEN " +
                       transaction.quote(first->timestamp) + " AND " +
                       transaction.quote(last->timestamp) + " AND id IN (" + ids + ")");
  std::set<Identity> identities;
  for (const auto& row : found) identities.emplace(row[0].as<std::int64_t>(), row[1].c_str());
  return identities;
}

/// How many of the rows, which are in the order of ids, are not above the mark.
std::size_t count_up_to(std::span<const Exchange> rows, std::int64_t mark) {
  const auto end =
      std::find_if(rows.begin(), rows.end(), [mark](const Exchange& row) { return row.id > mark; });
  return static_cast<std::size_t>(end - rows.begin());
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
                     {"api_key", row.api_key},
                     {"trace_id", row.trace_id}};
  return json.dump(-1, ' ', true, Json::error_handler_t::replace);
}

std::string select_exchanges() {
  return "SELECT id, to_char(timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'), "
         "request_id, endpoint, method, path, status, duration_ms, model_id, request, response, "
         "client, api_key, trace_id FROM exchanges";
}

/// As they are. libpqxx's two major versions pass parameters in different ways.
class QuotedValues final : public SqlValues {
 public:
  explicit QuotedValues(pqxx::work& transaction) : transaction_(transaction) {}

  std::string number(std::int64_t number) override { return std::to_string(number); }
  std::string word(const std::string& word) override { return transaction_.quote(word); }

 private:
  pqxx::work& transaction_;
};

/// As parameters, and as they are in an EXECUTE.
class Parameters final : public SqlValues {
 public:
  explicit Parameters(pqxx::work& transaction) : quoted_(transaction) {}

  std::string number(std::int64_t number) override { return mark_of(quoted_.number(number)); }
  std::string word(const std::string& word) override { return mark_of(quoted_.word(word)); }

  /// "('predict', 7)"; empty where there are none.
  [[nodiscard]] std::string list() const { return count_ == 0 ? "" : "(" + list_ + ")"; }

 private:
  std::string mark_of(const std::string& value) {
    list_ += (count_ == 0 ? "" : ", ") + value;
    return "$" + std::to_string(++count_);
  }

  QuotedValues quoted_;
  std::string list_;
  int count_ = 0;
};

/// The planner has to know it, and each other one is another plan: so there are few.
std::int64_t limit_of_plan(std::int64_t limit) {
  constexpr std::int64_t usual = 101;
  constexpr std::int64_t large = 1001;
  if (limit <= usual) return usual;
  return std::max(limit, large);
}

/// To plan a query over many partitions takes longer than to run it. So each form of query is
/// planned once for a connection, for whatever values; but where times are asked for, only few
/// partitions are planned over, and which ones they are matters to the plan.
std::string read_sql(PostgresConnection& connection, pqxx::work& transaction,
                     const LogQuery& query) {
  const std::string limit = " LIMIT " + std::to_string(limit_of_plan(query.limit));
  if (query.since || query.until) {
    QuotedValues values(transaction);
    return select_exchanges() + log_sql(query, LogOrder::newest_first, values) + limit;
  }
  Parameters parameters(transaction);
  const std::string where = log_sql(query, LogOrder::newest_first, parameters);
  return "EXECUTE " + connection.prepared(transaction, select_exchanges() + where + limit) +
         parameters.list();
}

/// How many rows to ask for, when `count` of them held so many bytes.
std::size_t rows_for(std::size_t wanted_bytes, std::size_t count, std::size_t bytes) {
  constexpr std::size_t most = 1000;
  return std::clamp<std::size_t>(count * wanted_bytes / std::max<std::size_t>(bytes, 1), 1, most);
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
  exchange.trace_id = text(13);
  return exchange;
}

}  // namespace

PostgresLog::PostgresLog(const std::string& url, Interruption& interruption)
    : connection_(std::make_unique<PostgresConnection>(url, interruption)) {}

PostgresLog::~PostgresLog() = default;

Schema PostgresLog::schema() {
  return connection_->transact(
      [&](pqxx::work& transaction) { return schema_of(transaction, connection_->shown_url()); });
}

void PostgresLog::migrate() {
  serve::migrate(*connection_);
}

std::int64_t PostgresLog::slot_of(const std::string& outbox) {
  return serve::slot_of(*connection_, outbox);
}

std::int64_t PostgresLog::add(const std::string& outbox, std::span<const Exchange> rows) {
  try {
    return connection_->transact([&](pqxx::work& transaction) {
      const std::int64_t mark = lock_mark(transaction, outbox, connection_->shown_url());
      const std::size_t doubtful = count_up_to(rows, mark);
      const std::set<Identity> there = present(transaction, rows.first(doubtful));
      have_partitions(transaction, days_of(rows));
      pqxx::stream_to stream = copy_into_exchanges(transaction);
      for (const Exchange& row : rows.first(doubtful))
        if (!is_without_time(row.id) && !there.contains({row.id, row.request_id}))
          write_row(stream, row);
      for (const Exchange& row : rows.subspan(doubtful)) write_row(stream, row);
      stream.complete();
      set_mark(transaction, outbox, rows.back().id);
      return rows.back().id;
    });
  } catch (const DatabaseError& error) {
    if (is_about_the_rows(error.sqlstate())) throw UnfitRows("", error.said(), "");
    throw;
  }
}

std::int64_t PostgresLog::reject(const std::string& outbox, const Exchange& row,
                                 const std::string& reason) {
  return connection_->transact([&](pqxx::work& transaction) {
    lock_mark(transaction, outbox, connection_->shown_url());
    const std::string exchange = transaction.quote(as_ascii(row));
    transaction.exec(
        "INSERT INTO rejected (reason, exchange) SELECT " + transaction.quote(reason) + ", " +
        exchange + " WHERE NOT EXISTS (SELECT 1 FROM rejected WHERE exchange = " + exchange + ")");
    set_mark(transaction, outbox, row.id);
    return row.id;
  });
}

std::vector<Exchange> PostgresLog::read(const LogQuery& query) {
  return connection_->transact([&](pqxx::work& transaction) {
    require_current_schema(transaction, connection_->shown_url());
    transaction.exec("SET LOCAL statement_timeout = " + std::to_string(read_milliseconds));
    transaction.exec("SET LOCAL plan_cache_mode = force_generic_plan");
    std::vector<Exchange> exchanges;
    for (const auto& row : transaction.exec(read_sql(*connection_, transaction, query))) {
      if (exchanges.size() == static_cast<std::size_t>(query.limit)) break;
      exchanges.push_back(exchange_from(row));
    }
    return exchanges;
  });
}

void PostgresLog::visit(const LogQuery& query, const ExchangeVisitor& visitor) {
  connection_->transact([&](pqxx::work& transaction) {
    require_current_schema(transaction, connection_->shown_url());
    QuotedValues values(transaction);
    transaction.exec("DECLARE log NO SCROLL CURSOR FOR " + select_exchanges() +
                     log_sql(query, LogOrder::oldest_first, values));
    for (std::size_t count = 10;;) {
      const auto rows = transaction.exec("FETCH " + std::to_string(count) + " FROM log");
      if (rows.empty()) return;
      std::size_t bytes = 0;
      for (const auto& row : rows) {
        const Exchange exchange = exchange_from(row);
        bytes += exchange.request.size() + exchange.response.size();
        visitor(exchange);
      }
      count = rows_for(bytes_together, count, bytes);
    }
  });
}

std::vector<std::string> PostgresLog::keep_house(std::chrono::days retention) {
  const Timestamp now = std::chrono::system_clock::now();
  std::set<std::string> days;
  for (std::chrono::days ahead(0); ahead <= days_ahead; ++ahead)
    days.insert(iso_time(now + ahead).substr(0, 10));
  connection_->transact([&](pqxx::work& transaction) {
    require_current_schema(transaction, connection_->shown_url());
    have_partitions(transaction, days);
  });
  if (retention.count() == 0) return {};
  return drop_before(*connection_, now - retention);
}

}  // namespace diamond::serve
