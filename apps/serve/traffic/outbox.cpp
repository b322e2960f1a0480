#include "outbox.h"

#include <diamond/core/error.h>
#include <diamond/core/file.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <utility>

namespace diamond::serve {
namespace {

// Of one transaction with the database. Memory stays flat, whatever the bodies are.
constexpr std::size_t rows_together = 3'000;
constexpr std::size_t bytes_together = std::size_t{8} << 20U;

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

FileLock lock_of(const std::filesystem::path& file) {
  if (file.has_parent_path()) make_directory(file.parent_path());
  const std::filesystem::path lock_file = file.string() + ".lock";
  if (auto lock = FileLock::try_take(lock_file)) return std::move(*lock);
  throw StorageError(file.string(),
                     "another server has this outbox: " + FileLock::holder(lock_file),
                     "give each server an --outbox of its own");
}

}  // namespace

Outbox::Outbox(const TrafficSettings& settings, Log& log)
    : lock_(lock_of(settings.outbox)),
      rows_(settings.outbox, settings.durability),
      name_(rows_.outbox_name()),
      when_full_(settings.when_full),
      dropping_(log, "the outbox is full: exchanges are answered and NOT recorded",
                "the outbox has room again") {
  rows_.limit_to(settings.outbox_limit);
  state_.waiting = rows_.count();
  oldest_time_ = rows_.oldest_time();
}

void Outbox::record(std::span<const Exchange* const> exchanges) {
  const auto count = static_cast<std::int64_t>(exchanges.size());
  try {
    rows_.record(exchanges);
  } catch (const StorageFull& error) {
    if (when_full_ == WhenFull::refuse) throw;
    return drop(count, error.what());
  }
  dropping_.end();
  const std::lock_guard lock(mutex_);
  if (state_.waiting <= 0) oldest_time_ = seconds_now();
  state_.waiting += count;
}

void Outbox::drop(std::int64_t count, const std::string& why) {
  dropping_.meet(why);
  const std::lock_guard lock(mutex_);
  state_.dropped += count;
}

std::vector<Exchange> Outbox::next() {
  return rows_.oldest(rows_together, bytes_together);
}

void Outbox::remove_up_to(std::int64_t id) {
  constexpr std::int64_t at_a_time = 1000;
  for (std::int64_t removed = at_a_time; removed == at_a_time;) {
    removed = rows_.remove_up_to(id, at_a_time);
    const std::lock_guard lock(mutex_);
    state_.waiting -= removed;  // below zero when they are on before `record` has counted them
  }
  const double oldest = rows_.oldest_time();
  const std::lock_guard lock(mutex_);
  oldest_time_ = oldest > 0 ? oldest : seconds_now();  // some may have come since
}

bool Outbox::has_reached(const std::string& shown_url) const {
  return rows_.reached() == shown_url;
}

void Outbox::set_reached(const std::string& shown_url) {
  if (!has_reached(shown_url)) rows_.set_reached(shown_url);
}

TrafficState Outbox::state() const {
  const std::lock_guard lock(mutex_);
  TrafficState state = state_;
  state.waiting = std::max<std::int64_t>(state.waiting, 0);
  if (state.waiting > 0) state.behind_seconds = std::max(seconds_now() - oldest_time_, 0.0);
  return state;
}

}  // namespace diamond::serve
