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

  // For the outbox.

  /// A name that no other file has.
  [[nodiscard]] std::string outbox_name() const;

  /// The database, as it is shown, that this outbox has been connected to; empty: none yet.
  [[nodiscard]] std::string reached() const;
  void set_reached(const std::string& shown_url);

  /// The next id is above all earlier ones, and above this one. Ids go on rising then, even where
  /// the file has gone back in time (a power cut, a backup) and has forgotten that it gave some.
  void start_above(std::int64_t id);

  /// From now on `record` throws StorageFull when the rows would need more bytes.
  void limit_to(std::uint64_t bytes);

  /// How many rows there are, and when the oldest was recorded: seconds since 1970; 0: there is
  /// none.
  [[nodiscard]] std::int64_t count() const;
  [[nodiscard]] double oldest_time() const;

  /// The oldest rows: as many as hold these bytes, at least one, at most `limit`.
  [[nodiscard]] std::vector<Exchange> oldest(std::size_t limit, std::size_t bytes);

  /// Once they are elsewhere: the oldest up to this id, at most so many, for those who record wait
  /// meanwhile. Returns how many there were. When nothing is left of much, its space goes back to
  /// the disk.
  std::int64_t remove_up_to(std::int64_t id, std::int64_t at_most);

 private:
  void give_space_back();

  struct Connections;
  std::unique_ptr<Connections> connections_;
  std::filesystem::path file_;
};

}  // namespace diamond::serve
