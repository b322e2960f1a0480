#include "postgres_store.h"

#include "open_store.h"

#include <diamond/core/error.h>

#include <chrono>
#include <mutex>

namespace diamond::serve {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds until_arrived = 1000ms;
constexpr std::chrono::milliseconds until_read = 10s;

}  // namespace

PostgresStore::PostgresStore(const TrafficSettings& settings, Log& log)
    : url_(settings.database), outbox_(settings, log), shipper_(url_, outbox_, log) {}

void PostgresStore::record(std::span<const Exchange* const> exchanges) {
  outbox_.record(exchanges);
  shipper_.notify(exchanges.size());
}

std::vector<Exchange> PostgresStore::read(const LogQuery& query) {
  const auto came = Clock::now();
  shipper_.wait(until_arrived);
  const std::unique_lock lock(reading_, until_read);
  // Those who stood behind one that failed would each wait as long, and hold a thread meanwhile.
  if (!lock || came < failed_at_)
    throw StorageError(without_password(url_), "the database does not answer", "ask later");
  try {
    return read_now(query);
  } catch (const StorageError&) {
    reader_.reset();  // a connection that failed once is not used again
    failed_at_ = Clock::now();
    throw;
  }
}

std::vector<Exchange> PostgresStore::read_now(const LogQuery& query) {
  const Interruption::Deadline deadline(interruption_, until_read);
  if (reader_) try {
      return reader_->read(query);
    } catch (const StorageError&) {
      reader_.reset();  // it may have been cut off while nobody asked: another try, with a new one
    }
  reader_.emplace(url_, interruption_);
  return reader_->read(query);
}

TrafficState PostgresStore::state() const {
  TrafficState state = outbox_.state();
  shipper_.describe(state);
  return state;
}

}  // namespace diamond::serve
