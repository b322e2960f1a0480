// Exchanges in PostgreSQL.
#pragma once

#include "exchange.h"
#include "interruption.h"

#include <diamond/core/error.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace diamond::serve {

class PostgresConnection;

/// PostgreSQL works, and will never take these rows: a number that is too large for it, say.
class UnfitRows : public Error {
  using Error::Error;
};

/// A later diamond-serve made this database its own.
class NewerSchema : public StorageError {
  using StorageError::StorageError;
};

/// None yet, one that `migrate` brings up to date, or this program's.
enum class Schema { none, older, current };

/// One connection, for one thread at a time. All functions throw StorageError that names the URL
/// without its password; then the connection may be gone: make another PostgresLog.
class PostgresLog {
 public:
  /// Connects. `interruption` outlives the log; when it is fired, the call that waits fails.
  PostgresLog(const std::string& url, Interruption& interruption);
  ~PostgresLog();
  PostgresLog(const PostgresLog&) = delete;
  PostgresLog& operator=(const PostgresLog&) = delete;

  /// Throws NewerSchema.
  [[nodiscard]] Schema schema();

  /// Brings the schema up to date, which may take its time. All else needs it to be so.
  void migrate();

  /// The slot of this outbox, for the ids of its rows: see exchange_id.h.
  [[nodiscard]] std::int64_t slot_of(const std::string& outbox);

  /// Adds rows that came from an outbox, oldest first, together with the mark that says how far
  /// that outbox has come: both or neither. A row up to the mark that is there already is added
  /// only if it is not there itself: it is, where the outbox was not told that it arrived, and may
  /// not be, where the outbox is a copy of another. Returns the id of the last row. Throws
  /// UnfitRows.
  std::int64_t add(const std::string& outbox, std::span<const Exchange> rows);

  /// Puts a row that is unfit into the table `rejected`, together with its mark.
  std::int64_t reject(const std::string& outbox, const Exchange& row, const std::string& reason);

  /// The newest first. Fails after ten seconds.
  [[nodiscard]] std::vector<Exchange> read(const LogQuery& query);

  /// All that the query asks for, whatever its limit, the oldest first, as it stands at the start:
  /// a few megabytes at a time.
  void visit(const LogQuery& query, const ExchangeVisitor& visitor);

  /// Has the partitions of the days to come there; where `retention` is not 0, drops those that
  /// hold nothing younger. Returns the names of what was dropped.
  std::vector<std::string> keep_house(std::chrono::days retention);

 private:
  std::unique_ptr<PostgresConnection> connection_;
};

}  // namespace diamond::serve
