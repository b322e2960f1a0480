#include "exchange_id.h"

#include <algorithm>
#include <functional>
#include <ratio>

namespace diamond::serve {

std::int64_t first_exchange_id(Timestamp time) {
  using Units = std::chrono::duration<std::int64_t, std::ratio<16, 1'000'000>>;
  return std::chrono::floor<Units>(time.time_since_epoch()).count() * slots;
}

std::int64_t slot_until_given(const std::string& outbox) {
  return static_cast<std::int64_t>(std::hash<std::string>{}(outbox) % slots);
}

bool is_without_time(std::int64_t id) {
  return id < first_exchange_id(Timestamp(std::chrono::sys_days(std::chrono::year(2001) / 9 / 9)));
}

std::int64_t with_time(std::int64_t id, Timestamp time) {
  constexpr std::int64_t ids_a_millisecond = 2000;
  return first_exchange_id(time) + id % ids_a_millisecond;
}

std::int64_t next_exchange_id(std::int64_t last, std::int64_t slot, Timestamp now) {
  const std::int64_t after_last = (last / slots + 1) * slots;
  return std::max(first_exchange_id(now), after_last) + slot;
}

}  // namespace diamond::serve
