// PostgreSQL behind an outbox: slow, frozen or absent, it delays no answer.
#pragma once

#include "postgres_log.h"
#include "sqlite_store.h"
#include "traffic_store.h"

#include <diamond/core/log.h>

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace diamond::serve {

/// An exchange is committed to the outbox; a shipper of its own thread moves it on with COPY, in
/// one transaction with the mark that says how far the outbox has come, and only then deletes it
/// here. Nothing is lost, and nothing arrives twice.
class PostgresStore final : public TrafficStore {
 public:
  /// Throws StorageError where the outbox or the database cannot be opened now. The log outlives
  /// the store.
  PostgresStore(const std::string& url, const std::string& outbox, Durability durability, Log& log);

  /// Gives the shipper a second for what is left; the rest waits in the outbox for the next start.
  ~PostgresStore() override;
  PostgresStore(const PostgresStore&) = delete;
  PostgresStore& operator=(const PostgresStore&) = delete;

  void record(std::span<const Exchange* const> exchanges) override;

  /// Waits a moment for what was recorded before to arrive.
  std::vector<Exchange> read(const LogQuery& query) override;

 private:
  void ship(const std::stop_token& stop);
  [[nodiscard]] bool ship_batch();
  [[nodiscard]] bool try_to_ship();
  void wait_until_shipped();

  std::string url_;
  Log& log_;
  SqliteStore outbox_;
  std::string outbox_name_;

  std::optional<PostgresLog> shipping_;  // of the shipper's thread alone
  std::string last_trouble_;

  std::mutex reading_;
  std::optional<PostgresLog> reader_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable_any recorded_more_;
  std::condition_variable_any shipped_all_;
  std::uint64_t recorded_ = 0;  // exchanges since the start
  std::uint64_t seen_ =
      0;  // of them, how many the shipper knew of when it last found the outbox empty

  std::jthread shipper_;
};

}  // namespace diamond::serve
