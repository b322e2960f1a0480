// How often something may be done.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace diamond::serve {

struct Rate {
  double per_second = 1;
  double burst = 1;  // how many at once, after a rest; at least 1

  bool operator==(const Rate&) const = default;
};

/// A token bucket in one number: the generic cell rate algorithm (ITU-T I.371), in its form of
/// virtual scheduling. The bucket is as empty as the time at which it would be full again is late.
/// Safe from any thread, without a lock.
class RateLimit {
 public:
  using Clock = std::chrono::steady_clock;

  explicit RateLimit(const Rate& rate);

  /// How long one has to wait; zero: not at all, and it is counted. What has to wait is not.
  [[nodiscard]] std::chrono::nanoseconds take(Clock::time_point now);

 private:
  std::int64_t interval_;              // nanoseconds: from one to the next
  std::int64_t tolerance_;             // nanoseconds: how much earlier than its turn one may come
  std::atomic<std::int64_t> turn_{0};  // when the next would come, did all keep to the interval
};

}  // namespace diamond::serve
