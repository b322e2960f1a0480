// Exchanges in PostgreSQL. The only file that sees libpqxx.
#pragma once

#include "exchange.h"
#include "interruption.h"

#include <diamond/core/error.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace diamond::serve {

/// PostgreSQL works, and will never take these rows: a number that is too large for it, say.
class UnfitRows : public Error {
  using Error::Error;
};

/// A later diamond-serve made this database its own.
class NewerSchema : public StorageError {
  using StorageError::StorageError;
};

/// One connection, for one thread at a time. When a call throws, the connection may be gone: make
/// another PostgresLog.
class PostgresLog {
 public:
  /// Connects, and brings the schema up to date. Throws StorageError that names the URL without its
  /// password; NewerSchema is one. `interruption` outlives the log; when it is fired, the call that
  /// waits fails.
  PostgresLog(const std::string& url, Interruption& interruption);
  ~PostgresLog();
  PostgresLog(const PostgresLog&) = delete;
  PostgresLog& operator=(const PostgresLog&) = delete;

  /// Adds rows that came from an outbox, oldest first, together with the mark that says how far
  /// that outbox has come: both or neither. Rows up to the mark that is there already are passed
  /// over. Returns the mark. Throws UnfitRows or StorageError.
  std::int64_t add(const std::string& outbox, std::span<const Exchange> rows);

  /// Puts a row that is unfit into the table `rejected`, together with its mark. Throws
  /// StorageError.
  std::int64_t reject(const std::string& outbox, const Exchange& row, const std::string& reason);

  [[nodiscard]] std::vector<Exchange> read(const LogQuery& query);

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
  std::string shown_url_;
};

}  // namespace diamond::serve
