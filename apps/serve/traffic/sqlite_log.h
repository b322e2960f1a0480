// Exchanges in a local SQLite file: the log itself, or the outbox on the way to PostgreSQL. The
// only file that sees SQLite.
#pragma once

#include "traffic_store.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace diamond::serve {

/// Write-ahead log; one writer connection and one reader connection, each behind a lock: safe from
/// any thread. All functions throw StorageError.
class SqliteLog {
 public:
  /// Opens the file, makes it where it is not there, and brings its schema up to date.
  SqliteLog(const std::filesystem::path& file, Durability durability);
  ~SqliteLog();
  SqliteLog(const SqliteLog&) = delete;
  SqliteLog& operator=(const SqliteLog&) = delete;

  /// Commits exchanges, all or none, and gives them their ids. Throws StorageFull where there is no
  /// room.
  void record(std::span<const Exchange* const> exchanges);

  /// The newest first.
  [[nodiscard]] std::vector<Exchange> read(const LogQuery& query);

  /// Makes what a log needs, where exchanges stay, and an outbox does not: indexes.
  void prepare_for_search();

  /// The oldest up to this id, at most so many, for those who record wait meanwhile. Returns how
  /// many there were. When nothing is left of much, its space goes back to the disk.
  std::int64_t remove_up_to(std::int64_t id, std::int64_t at_most);

  // For the outbox.

  /// A name that no other file has.
  [[nodiscard]] std::string outbox_name() const;

  /// The database, as it is shown, that this outbox has been connected to; empty: none yet.
  [[nodiscard]] std::string reached() const;

  void set_reached(const std::string& shown_url);

  /// The slot that the database gave it: see exchange_id.h.
  void set_slot(std::int64_t slot);

  /// From now on `record` throws StorageFull when the rows would need more bytes.
  void limit_to(std::uint64_t bytes);

  /// How many rows there are, and when the oldest was recorded: seconds since 1970; 0: there is
  /// none.
  [[nodiscard]] std::int64_t count() const;
  [[nodiscard]] double oldest_time() const;

  /// The oldest rows: as many as hold these bytes, at least one, at most `limit`.
  [[nodiscard]] std::vector<Exchange> oldest(std::size_t limit, std::size_t bytes);

 private:
  void give_space_back();

  struct Connections;
  std::unique_ptr<Connections> connections_;
  std::filesystem::path file_;
};

/// All exchanges of a file that the query asks for, whatever its limit, the oldest first, as they
/// are at the start. Changes nothing. Throws StorageError, also where the file's schema is not that
/// of this program.
void visit_file(const std::filesystem::path& file, const LogQuery& query,
                const ExchangeVisitor& visitor);

}  // namespace diamond::serve
