// The log in a local SQLite file.
#pragma once

#include "housekeeper.h"
#include "sqlite_log.h"
#include "traffic_store.h"

#include <diamond/core/log.h>

#include <filesystem>
#include <optional>

namespace diamond::serve {

/// Removes what is older than the retention by itself.
class SqliteStore final : public TrafficStore {
 public:
  /// Throws StorageError: see SqliteLog. The log outlives the store.
  SqliteStore(const std::filesystem::path& file, const TrafficSettings& settings, Log& log);

  void record(std::span<const Exchange* const> exchanges) override { rows_.record(exchanges); }
  std::vector<Exchange> read(const LogQuery& query) override;

 private:
  void remove_old(const std::stop_token& stop);

  SqliteLog rows_;
  Log& log_;
  std::chrono::days retention_;
  std::optional<Housekeeper> housekeeper_;  // last: it stops before the rest goes
};

}  // namespace diamond::serve
