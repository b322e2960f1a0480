// PostgreSQL behind an outbox: slow, frozen or absent, it delays no answer.
#pragma once

#include "housekeeper.h"
#include "interruption.h"
#include "outbox.h"
#include "postgres_log.h"
#include "shipper.h"
#include "traffic_store.h"

#include <diamond/core/log.h>

#include <chrono>
#include <mutex>
#include <optional>
#include <string>

namespace diamond::serve {

/// An exchange is committed to the outbox, and moved on by the shipper.
class PostgresStore final : public TrafficStore {
 public:
  /// Throws StorageError: see Outbox and Shipper. The log outlives the store.
  PostgresStore(const TrafficSettings& settings, Log& log);
  ~PostgresStore() override;
  PostgresStore(const PostgresStore&) = delete;
  PostgresStore& operator=(const PostgresStore&) = delete;

  void record(std::span<const Exchange* const> exchanges) override;

  std::vector<Exchange> read(const LogQuery& query) override;

  [[nodiscard]] TrafficState state() const override;

 private:
  using Clock = std::chrono::steady_clock;

  [[nodiscard]] std::vector<Exchange> read_database(const LogQuery& query);
  [[nodiscard]] std::vector<Exchange> read_now(const LogQuery& query);
  void keep_house();

  std::string url_;
  Log& log_;
  std::chrono::days retention_;
  Outbox outbox_;
  Shipper shipper_;

  std::timed_mutex reading_;  // guards the reader
  Interruption interruption_;
  std::optional<PostgresLog> reader_;
  Clock::time_point failed_at_;

  Interruption end_of_housekeeping_;
  Housekeeper housekeeper_;  // last: it stops before the rest goes
};

}  // namespace diamond::serve
