#include "postgres_store.h"

#include <diamond/core/error.h>

#include <chrono>
#include <stop_token>
#include <utility>

namespace diamond::serve {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t batch_rows = 1000;
constexpr auto first_pause = 100ms;  // after a failure; doubled each time
constexpr auto longest_pause = 5000ms;
constexpr auto readers_patience = 1s;

}  // namespace

PostgresStore::PostgresStore(const std::string& url, const std::string& outbox,
                             Durability durability, Log& log)
    : url_(url), log_(log), outbox_(outbox, durability), outbox_name_(outbox_.outbox_name()) {
  shipping_.emplace(url_);
  shipper_ = std::jthread([this](const std::stop_token& stop) { ship(stop); });
}

PostgresStore::~PostgresStore() {
  try {
    wait_until_shipped();
  } catch (const std::exception&) {
    // What did not arrive stays in the outbox.
  }
}

void PostgresStore::record(std::span<const Exchange* const> exchanges) {
  outbox_.record(exchanges);
  const std::lock_guard lock(mutex_);
  recorded_ += exchanges.size();
  recorded_more_.notify_one();
}

std::vector<Exchange> PostgresStore::read(const LogQuery& query) {
  wait_until_shipped();
  const std::lock_guard lock(reading_);
  try {
    if (!reader_) reader_.emplace(url_);
    return reader_->read(query);
  } catch (const StorageError&) {
    reader_.reset();  // a connection that failed once is not used again
    throw;
  }
}

void PostgresStore::wait_until_shipped() {
  std::unique_lock lock(mutex_);
  const std::uint64_t wanted = recorded_;
  shipped_all_.wait_for(lock, readers_patience, [&] { return seen_ >= wanted; });
}

void PostgresStore::ship(const std::stop_token& stop) {
  auto pause = std::chrono::milliseconds(first_pause);
  while (!stop.stop_requested()) {
    std::uint64_t known = 0;
    {
      std::unique_lock lock(mutex_);
      recorded_more_.wait_for(lock, stop, longest_pause, [&] { return recorded_ > seen_; });
      known = recorded_;
    }
    if (try_to_ship()) {
      pause = first_pause;
      const std::lock_guard lock(mutex_);
      seen_ = known;
      shipped_all_.notify_all();
    } else {
      std::unique_lock lock(mutex_);
      recorded_more_.wait_for(lock, stop, pause, [] { return false; });
      pause = std::min<std::chrono::milliseconds>(pause * 2, longest_pause);
    }
  }
}

/// True when the outbox was found empty; false when PostgreSQL would not take it.
bool PostgresStore::try_to_ship() {
  try {
    if (!shipping_) shipping_.emplace(url_);
    while (ship_batch()) {
    }
    if (!last_trouble_.empty()) log_.info("the database takes the traffic log again");
    last_trouble_.clear();
    return true;
  } catch (const StorageError& error) {
    shipping_.reset();
    if (last_trouble_ != error.what())
      log_.warning("the traffic log waits in the outbox", {{"why", error.what()}});
    last_trouble_ = error.what();
    return false;
  }
}

/// Moves the oldest rows on; false when there are none.
bool PostgresStore::ship_batch() {
  const std::vector<Exchange> rows = outbox_.oldest(batch_rows);
  if (rows.empty()) return false;
  outbox_.remove_up_to(shipping_->add(outbox_name_, rows));
  return true;
}

}  // namespace diamond::serve
