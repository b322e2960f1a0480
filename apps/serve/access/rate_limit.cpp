#include "rate_limit.h"

#include <algorithm>

namespace diamond::serve {
namespace {

/// Nanoseconds: no more than a century, so that sums of times stay within 64 bits.
double at_most_a_century(double time) {
  return std::min(time, 3.2e18);
}

double interval_of(const Rate& rate) {
  return at_most_a_century(1e9 / rate.per_second);
}

}  // namespace

RateLimit::RateLimit(const Rate& rate)
    : interval_(static_cast<std::int64_t>(interval_of(rate))),
      tolerance_(
          static_cast<std::int64_t>(at_most_a_century(interval_of(rate) * (rate.burst - 1)))) {}

std::chrono::nanoseconds RateLimit::take(Clock::time_point now) {
  const std::int64_t time =
      std::chrono::duration_cast<std::chrono::nanoseconds>(now.time_since_epoch()).count();
  std::int64_t turn = turn_.load(std::memory_order_relaxed);
  while (true) {
    const std::int64_t next = std::max(turn, time);
    const std::int64_t wait = next - time - tolerance_;
    if (wait > 0) return std::chrono::nanoseconds(wait);
    if (turn_.compare_exchange_weak(turn, next + interval_, std::memory_order_relaxed))
      return std::chrono::nanoseconds(0);
  }
}

}  // namespace diamond::serve
