// Moves exchanges from the outbox to PostgreSQL, on a thread of its own.
#pragma once

#include "interruption.h"
#include "outbox.h"
#include "postgres_log.h"
#include "trouble.h"

#include <diamond/core/log.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <thread>

namespace diamond::serve {

/// Rows go on with COPY, in one transaction with the mark that says how far the outbox has come,
/// and only then are removed from it: none is lost, and none arrives twice. A row that the database
/// will never take goes into its table `rejected`, and the rest flows on.
class Shipper {
 public:
  /// Connects at once. Where the database does not answer, it goes on trying, if this outbox has
  /// been connected to it before; an outbox that never was throws StorageError: the URL may be
  /// wrong. Throws NewerSchema. An older schema is brought up to date while exchanges wait. Outbox
  /// and log outlive the shipper.
  Shipper(std::string url, Outbox& outbox, Log& log);

  /// Waits a second for what is left; the rest stays in the outbox.
  ~Shipper();
  Shipper(const Shipper&) = delete;
  Shipper& operator=(const Shipper&) = delete;

  /// So many more exchanges are in the outbox.
  void notify(std::uint64_t exchanges);

  /// Waits until what was notified before has arrived, but not longer.
  void wait(std::chrono::milliseconds patience);

  /// Adds to the outbox's own what the shipper knows.
  void describe(TrafficState& state) const;

 private:
  using Clock = std::chrono::steady_clock;

  void run(const std::stop_token& stop);
  void connect();
  void prepare();
  [[nodiscard]] bool try_to_empty(const std::stop_token& stop);
  void move(std::span<const Exchange> rows);
  void reject(const Exchange& row, const std::string& reason);
  void set_asking(bool asking);
  void step_aside(const std::stop_token& stop, Clock::duration as_long_as);
  [[nodiscard]] std::uint64_t recorded() const;

  std::string url_;
  std::string shown_url_;
  Outbox& outbox_;
  Log& log_;
  Trouble trouble_;
  Interruption interruption_;
  std::optional<PostgresLog> database_;  // of the shipper's thread alone, as what follows
  bool is_prepared_ = false;

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable_any notified_;
  std::condition_variable_any emptied_;
  std::uint64_t recorded_ = 0;  // exchanges that waited at the start, and since
  std::uint64_t moved_ = 0;     // of them, how many were there when the outbox was last found empty
  std::int64_t rejected_ = 0;
  std::optional<Clock::time_point> asking_since_;  // the database, which has not answered yet

  std::jthread thread_;  // last: it stops before the rest goes
};

}  // namespace diamond::serve
