#include "sqlite_log.h"

#include "exchange_id.h"
#include "log_sql.h"
#include "migrations.h"

#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/core/spelling.h>

#include <SQLiteCpp/SQLiteCpp.h>
#include <SQLiteCpp/VariadicBind.h>
#include <sqlite3.h>

#include <algorithm>
#include <mutex>
#include <utility>

namespace diamond::serve {
namespace {

constexpr int busy_milliseconds = 5000;

/// "SELECT id, timestamp, … FROM exchanges"
std::string select_exchanges() {
  return "SELECT id, " + join(exchange_columns) + " FROM exchanges";
}

/// Runs `work`; what SQLite throws is told as ours.
template <class Work>
auto with_our_errors(const std::filesystem::path& file, const Work& work) {
  try {
    return work();
  } catch (const SQLite::Exception& error) {
    if (error.getErrorCode() == SQLITE_FULL)
      throw StorageFull("sqlite:" + file.string(), "there is no room for more",
                        "make room on its disk, or give it more");
    throw StorageError("sqlite:" + file.string(),
                       std::string("the database does not work: ") + error.what(),
                       "check the file, its permissions and the free space of its disk");
  }
}

/// Throws StorageError where it is newer.
std::size_t schema_of(SQLite::Database& database, const std::filesystem::path& file) {
  const auto version = static_cast<std::size_t>(
      database.execAndGet("SELECT coalesce(max(version), 0) FROM schema_migrations").getInt());
  if (version > sqlite_migrations.size())
    throw StorageError("sqlite:" + file.string(),
                       "the database has the newer schema " + std::to_string(version),
                       "update diamond-serve");
  return version;
}

void migrate(SQLite::Database& database, const std::filesystem::path& file) {
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  database.exec(
      "CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY KEY, applied_at TEXT "
      "NOT NULL)");
  for (std::size_t next = schema_of(database, file); next < sqlite_migrations.size(); ++next) {
    database.exec(std::string(sqlite_migrations[next]));
    database.exec("INSERT INTO schema_migrations VALUES (" + std::to_string(next + 1) +
                  ", datetime('now'))");
  }
  transaction.commit();
}

std::int64_t slot_of(SQLite::Database& database) {
  SQLite::Statement outbox(database, "SELECT name, slot FROM outbox");
  outbox.executeStep();
  const SQLite::Column slot = outbox.getColumn(1);
  return slot.isNull() ? slot_until_given(outbox.getColumn(0).getString()) : slot.getInt64();
}

SQLite::Database open_database(const std::filesystem::path& file, Durability durability) {
  SQLite::Database database(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE,
                            busy_milliseconds);
  database.exec("PRAGMA journal_mode = WAL");
  database.exec(durability == Durability::power ? "PRAGMA synchronous = FULL"
                                                : "PRAGMA synchronous = OFF");
  return database;
}

Exchange exchange_from(SQLite::Statement& row) {
  int column = 0;
  const auto text = [&] { return row.getColumn(column++).getString(); };
  Exchange exchange;
  exchange.id = row.getColumn(column++).getInt64();
  exchange.timestamp = text();
  exchange.request_id = text();
  exchange.endpoint = text();
  exchange.method = text();
  exchange.path = text();
  exchange.status = row.getColumn(column++).getInt();
  exchange.duration_ms = row.getColumn(column++).getDouble();
  exchange.model_id = text();
  exchange.request = text();
  exchange.response = text();
  exchange.client = text();
  exchange.api_key = text();
  exchange.trace_id = text();
  return exchange;
}

/// The id, and the columns in the order of exchange_columns. The texts outlive the statement's next
/// step.
void bind(SQLite::Statement& insert, std::int64_t id, const Exchange& exchange) {
  SQLite::bind(insert, id, exchange.timestamp, exchange.request_id, exchange.endpoint,
               exchange.method, exchange.path, exchange.status, exchange.duration_ms,
               exchange.model_id, exchange.request, exchange.response, exchange.client,
               exchange.api_key, exchange.trace_id);
}

constexpr const char* insert_values =
    ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, nullif(?, ''), ?, ?, nullif(?, ''), nullif(?, ''), "
    "nullif(?, ''))";

std::vector<Exchange> all_rows(SQLite::Statement& statement) {
  std::vector<Exchange> rows;
  while (statement.executeStep()) rows.push_back(exchange_from(statement));
  return rows;
}

/// Words are parameters. Numbers are not: an expression (status / 100) is equal to no text.
class SqliteValues final : public SqlValues {
 public:
  std::string number(std::int64_t number) override { return std::to_string(number); }

  std::string word(const std::string& word) override {
    words_.push_back(word);
    return "?" + std::to_string(words_.size());
  }

  void bind_to(SQLite::Statement& statement) const {
    for (std::size_t i = 0; i < words_.size(); ++i)
      statement.bind(static_cast<int>(i + 1), words_[i]);
  }

 private:
  std::vector<std::string> words_;
};

/// Of a log query; `end` is what stands behind its order.
SQLite::Statement prepare(SQLite::Database& database, const LogQuery& query, LogOrder order,
                          const std::string& end) {
  SqliteValues values;
  const std::string where = log_sql(query, order, values);
  SQLite::Statement statement(database, select_exchanges() + where + end);
  values.bind_to(statement);
  return statement;
}

}  // namespace

struct SqliteLog::Connections {
  Connections(const std::filesystem::path& file, Durability durability)
      : writer(open_database(file, durability)),
        reader(file.string(), SQLite::OPEN_READWRITE, busy_milliseconds) {}

  /// The highest id that was ever given. Requires a transaction: other programs may write too.
  [[nodiscard]] std::int64_t last_id() {
    const std::int64_t id = last->executeStep() ? last->getColumn(0).getInt64() : 0;
    last->reset();
    return id;
  }

  std::mutex writing;
  SQLite::Database writer;
  std::int64_t slot = 0;
  // Prepared once, when the schema stands.
  std::unique_ptr<SQLite::Statement> insert;
  std::unique_ptr<SQLite::Statement> last;

  std::mutex reading;
  SQLite::Database reader;
};

SqliteLog::SqliteLog(const std::filesystem::path& file, Durability durability) : file_(file) {
  if (file.has_parent_path()) make_directory(file.parent_path());
  with_our_errors(file_, [&] {
    connections_ = std::make_unique<Connections>(file, durability);
    SQLite::Database& writer = connections_->writer;
    migrate(writer, file);
    connections_->slot = slot_of(writer);
    connections_->insert = std::make_unique<SQLite::Statement>(
        writer, "INSERT INTO exchanges (id, " + join(exchange_columns) + insert_values);
    connections_->last = std::make_unique<SQLite::Statement>(
        writer, "SELECT seq FROM sqlite_sequence WHERE name = 'exchanges'");
  });
}

SqliteLog::~SqliteLog() = default;

void SqliteLog::record(std::span<const Exchange* const> exchanges) {
  const std::lock_guard lock(connections_->writing);
  with_our_errors(file_, [&] {
    SQLite::Transaction transaction(connections_->writer, SQLite::TransactionBehavior::IMMEDIATE);
    SQLite::Statement& insert = *connections_->insert;
    const Timestamp now = std::chrono::system_clock::now();
    std::int64_t id = connections_->last_id();
    for (const Exchange* exchange : exchanges) {
      id = next_exchange_id(id, connections_->slot, now);
      insert.tryReset();  // also after a failure
      bind(insert, id, *exchange);
      insert.exec();
    }
    insert.tryReset();
    transaction.commit();
  });
}

std::vector<Exchange> SqliteLog::read(const LogQuery& query) {
  const std::lock_guard lock(connections_->reading);
  return with_our_errors(file_, [&] {
    SQLite::Statement statement = prepare(connections_->reader, query, LogOrder::newest_first,
                                          " LIMIT " + std::to_string(query.limit));
    return all_rows(statement);
  });
}

void SqliteLog::prepare_for_search() {
  const std::lock_guard lock(connections_->writing);
  with_our_errors(file_, [&] {
    SQLite::Transaction transaction(connections_->writer, SQLite::TransactionBehavior::IMMEDIATE);
    connections_->writer.exec(std::string(sqlite_search));
    transaction.commit();
  });
}

std::string SqliteLog::outbox_name() const {
  const std::lock_guard lock(connections_->reading);
  return with_our_errors(file_, [&] {
    return connections_->reader.execAndGet("SELECT name FROM outbox").getString();
  });
}

std::string SqliteLog::reached() const {
  const std::lock_guard lock(connections_->reading);
  return with_our_errors(file_, [&] {
    return connections_->reader.execAndGet("SELECT coalesce(reached, '') FROM outbox").getString();
  });
}

void SqliteLog::set_reached(const std::string& shown_url) {
  const std::lock_guard lock(connections_->writing);
  with_our_errors(file_, [&] {
    SQLite::Statement update(connections_->writer, "UPDATE outbox SET reached = ?");
    update.bind(1, shown_url);
    update.exec();
  });
}

void SqliteLog::set_slot(std::int64_t slot) {
  const std::lock_guard lock(connections_->writing);
  with_our_errors(file_, [&] {
    connections_->writer.exec("UPDATE outbox SET slot = " + std::to_string(slot));
    connections_->slot = slot;
  });
}

void SqliteLog::limit_to(std::uint64_t bytes) {
  const std::lock_guard lock(connections_->writing);
  with_our_errors(file_, [&] {
    const std::int64_t page = connections_->writer.execAndGet("PRAGMA page_size").getInt64();
    // It never goes below what the file has already.
    const auto pages = static_cast<std::int64_t>(bytes) / page;
    return connections_->writer
        .execAndGet("PRAGMA max_page_count = " + std::to_string(std::max<std::int64_t>(pages, 1)))
        .getInt64();
  });
}

std::int64_t SqliteLog::count() const {
  const std::lock_guard lock(connections_->reading);
  return with_our_errors(file_, [&] {
    return connections_->reader.execAndGet("SELECT count(*) FROM exchanges").getInt64();
  });
}

double SqliteLog::oldest_time() const {
  const std::lock_guard lock(connections_->reading);
  return with_our_errors(file_, [&] {
    return connections_->reader
        .execAndGet(
            "SELECT coalesce((SELECT julianday(timestamp) - 2440587.5 FROM exchanges "
            "ORDER BY id LIMIT 1), 0) * 86400")
        .getDouble();
  });
}

std::vector<Exchange> SqliteLog::oldest(std::size_t limit, std::size_t bytes) {
  const std::lock_guard lock(connections_->reading);
  return with_our_errors(file_, [&] {
    SQLite::Statement statement(connections_->reader,
                                select_exchanges() + " ORDER BY id LIMIT " + std::to_string(limit));
    std::vector<Exchange> rows;
    for (std::size_t held = 0; held < bytes && statement.executeStep();) {
      rows.push_back(exchange_from(statement));
      held += rows.back().request.size() + rows.back().response.size();
    }
    return rows;
  });
}

std::int64_t SqliteLog::remove_up_to(std::int64_t id, std::int64_t at_most) {
  std::int64_t removed = 0;
  {
    const std::lock_guard lock(connections_->writing);
    removed = with_our_errors(file_, [&] {
      return connections_->writer.exec(
          "DELETE FROM exchanges WHERE id <= (SELECT max(id) FROM (SELECT id FROM exchanges WHERE "
          "id <= " +
          std::to_string(id) + " ORDER BY id LIMIT " + std::to_string(at_most) + "))");
    });
  }
  if (removed < at_most) give_space_back();
  return removed;
}

void SqliteLog::give_space_back() {
  constexpr std::int64_t much = 16'384;  // pages: 64 MB
  const std::lock_guard lock(connections_->writing);
  try {
    SQLite::Database& database = connections_->writer;
    if (database.execAndGet("SELECT EXISTS (SELECT 1 FROM exchanges)").getInt() == 0 &&
        database.execAndGet("PRAGMA page_count").getInt64() > much)
      database.exec("VACUUM");
  } catch (const SQLite::Exception&) {
    // Where there is no room even for that, another time; nothing else depends on it.
  }
}

void visit_file(const std::filesystem::path& file, const LogQuery& query,
                const ExchangeVisitor& visitor) {
  with_our_errors(file, [&] {
    SQLite::Database database(file.string(), SQLite::OPEN_READONLY, busy_milliseconds);
    if (schema_of(database, file) < sqlite_migrations.size())
      throw StorageError("sqlite:" + file.string(), "the database has an older schema",
                         "start diamond-serve on it once, which brings it up to date");
    SQLite::Statement statement = prepare(database, query, LogOrder::oldest_first, "");
    while (statement.executeStep()) visitor(exchange_from(statement));
  });
}

}  // namespace diamond::serve
