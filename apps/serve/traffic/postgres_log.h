// Exchanges in PostgreSQL. The only file that sees libpqxx.
#pragma once

#include "exchange.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace diamond::serve {

/// One connection, for one thread at a time. When a call throws, the connection may be gone: make
/// another PostgresLog.
class PostgresLog {
 public:
  /// Connects, and brings the schema up to date. Throws StorageError that names the URL without its
  /// password.
  explicit PostgresLog(const std::string& url);
  ~PostgresLog();
  PostgresLog(const PostgresLog&) = delete;
  PostgresLog& operator=(const PostgresLog&) = delete;

  /// Adds rows that came from an outbox, oldest first, together with the mark that says how far
  /// that outbox has come: both or neither. Rows up to the mark that is there already are passed
  /// over. Returns the mark. Throws StorageError.
  std::int64_t add(const std::string& outbox, const std::vector<Exchange>& rows);

  [[nodiscard]] std::vector<Exchange> read(const LogQuery& query);

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
  std::string shown_url_;
};

}  // namespace diamond::serve
