#include "exchange_id.h"

#include <algorithm>
#include <ratio>

namespace diamond::serve {

std::int64_t first_exchange_id(Timestamp time) {
  using Units = std::chrono::duration<std::int64_t, std::ratio<16, 1'000'000>>;
  return std::chrono::floor<Units>(time.time_since_epoch()).count() * slots;
}

std::int64_t next_exchange_id(std::int64_t last, std::int64_t slot, Timestamp now) {
  const std::int64_t after_last = (last / slots + 1) * slots;
  return std::max(first_exchange_id(now), after_last) + slot;
}

}  // namespace diamond::serve
