// Exchanges in a local SQLite file: the log itself, or the outbox on the way to PostgreSQL.
#pragma once

#include "traffic_store.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace diamond::serve {

/// Write-ahead log; one writer connection and one reader connection, each behind a lock.
class SqliteStore final : public TrafficStore {
 public:
  /// Opens the file, makes it where it is not there, and brings its schema up to date. Throws
  /// StorageError.
  SqliteStore(const std::filesystem::path& file, Durability durability);
  ~SqliteStore() override;
  SqliteStore(const SqliteStore&) = delete;
  SqliteStore& operator=(const SqliteStore&) = delete;

  void record(std::span<const Exchange* const> exchanges) override;
  std::vector<Exchange> read(const LogQuery& query) override;

  /// For the shipper: a name that no other file has, the oldest rows, and their removal once they
  /// are elsewhere.
  [[nodiscard]] std::string outbox_name() const;
  [[nodiscard]] std::vector<Exchange> oldest(std::size_t limit);
  void remove_up_to(std::int64_t id);

 private:
  struct Connections;
  std::unique_ptr<Connections> connections_;
  std::filesystem::path file_;
};

}  // namespace diamond::serve
