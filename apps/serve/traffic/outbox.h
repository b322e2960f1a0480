// Exchanges that wait on the local disk for PostgreSQL.
#pragma once

#include "sqlite_log.h"
#include "traffic_store.h"
#include "trouble.h"

#include <diamond/core/file_lock.h>
#include <diamond/core/log.h>

#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace diamond::serve {

/// An SQLite file that one server has for itself, with a limit to its size. Safe from any thread.
class Outbox {
 public:
  /// Throws StorageError where the file cannot be opened, or where another server has it: the text
  /// says which. The log outlives the outbox.
  Outbox(const TrafficSettings& settings, Log& log);

  /// A name that no other outbox has.
  [[nodiscard]] const std::string& name() const { return name_; }

  /// Commits exchanges; drops them where there is no room and they may be dropped. Throws
  /// StorageFull, StorageError.
  void record(std::span<const Exchange* const> exchanges);

  /// What the query asks for of what waits, the newest first.
  [[nodiscard]] std::vector<Exchange> read(const LogQuery& query) { return rows_.read(query); }

  /// The next rows to move on, not too many bytes at a time; they stay until they are removed.
  [[nodiscard]] std::vector<Exchange> next();
  void remove_up_to(std::int64_t id);

  /// Whether it has been connected to this database before. `shown_url`: without its password.
  [[nodiscard]] bool has_reached(const std::string& shown_url) const;
  void set_reached(const std::string& shown_url);

  /// The slot that the database gave it: see exchange_id.h.
  void set_slot(std::int64_t slot) { rows_.set_slot(slot); }

  [[nodiscard]] TrafficState state() const;

 private:
  void drop(std::int64_t count, const std::string& why);

  FileLock lock_;
  SqliteLog rows_;
  std::string name_;
  WhenFull when_full_;
  Trouble dropping_;

  mutable std::mutex mutex_;  // guards what follows
  TrafficState state_;
  double oldest_time_ = 0;  // seconds since 1970, of the oldest that waits
};

}  // namespace diamond::serve
