// A trouble that is met again and again, and told once.
#pragma once

#include <diamond/core/json.h>
#include <diamond/core/log.h>

#include <chrono>
#include <mutex>
#include <string>

namespace diamond::serve {

/// Safe from any thread.
class Trouble {
 public:
  /// `message`: what the log says of it; `all_well`: what it says when it is over. The log outlives
  /// this.
  Trouble(Log& log, std::string message, std::string all_well);

  /// Tells it where it is new, or another than before, and once a minute.
  void meet(const std::string& why, const Json& fields = Json::object());

  void end();

  /// Empty: there is none.
  [[nodiscard]] std::string why() const;

  /// Whether it was met within these seconds.
  [[nodiscard]] bool is_fresh(double seconds) const;

 private:
  using Clock = std::chrono::steady_clock;

  Log& log_;
  std::string message_;
  std::string all_well_;

  mutable std::mutex mutex_;  // guards what follows
  std::string why_;
  Clock::time_point told_;
  Clock::time_point met_;
};

}  // namespace diamond::serve
