#include "sqlite_store.h"

#include "exchange_id.h"

#include <algorithm>
#include <thread>

namespace diamond::serve {

SqliteStore::SqliteStore(const std::filesystem::path& file, const TrafficSettings& settings,
                         Log& log)
    : rows_(file, settings.durability), log_(log), retention_(settings.retention_days) {
  rows_.prepare_for_search();
  if (retention_.count() > 0)
    housekeeper_.emplace(log, "old exchanges cannot be removed",
                         [this](const std::stop_token& stop) { remove_old(stop); });
}

std::vector<Exchange> SqliteStore::read(const LogQuery& query) {
  return query.only_waiting ? std::vector<Exchange>() : rows_.read(query);
}

/// In small parts, with as much time for those who record in between.
void SqliteStore::remove_old(const std::stop_token& stop) {
  using Clock = std::chrono::steady_clock;
  constexpr std::int64_t at_a_time = 1000;
  const std::int64_t last = first_exchange_id(std::chrono::system_clock::now() - retention_) - 1;
  std::int64_t removed = 0;
  for (std::int64_t now = at_a_time; now == at_a_time && !stop.stop_requested();) {
    const auto start = Clock::now();
    now = rows_.remove_up_to(last, at_a_time);
    removed += now;
    std::this_thread::sleep_for(Clock::now() - start);
  }
  if (removed > 0)
    log_.info("old exchanges are removed", {{"exchanges", removed}, {"days", retention_.count()}});
}

}  // namespace diamond::serve
