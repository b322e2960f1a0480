#include "postgres_store.h"

#include "open_store.h"

#include <diamond/core/error.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <mutex>
#include <tuple>
#include <utility>

namespace diamond::serve {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds until_read = 10s;

/// The newest first, and no row twice: one that was found waiting may have arrived before the
/// database was asked.
std::vector<Exchange> merged(std::vector<Exchange> waiting, std::vector<Exchange> arrived,
                             std::int64_t limit) {
  const auto identity = [](const Exchange& one) { return std::tie(one.id, one.request_id); };
  std::vector<Exchange> all = std::move(waiting);
  std::move(arrived.begin(), arrived.end(), std::back_inserter(all));
  std::sort(all.begin(), all.end(),
            [&](const Exchange& a, const Exchange& b) { return identity(a) > identity(b); });
  const auto end = std::unique(all.begin(), all.end(), [&](const Exchange& a, const Exchange& b) {
    return identity(a) == identity(b);
  });
  const auto most = all.begin() + std::min<std::ptrdiff_t>(limit, end - all.begin());
  all.erase(most, all.end());
  return all;
}

}  // namespace

PostgresStore::PostgresStore(const TrafficSettings& settings, Log& log)
    : url_(settings.database),
      log_(log),
      retention_(settings.retention_days),
      outbox_(settings, log),
      shipper_(url_, outbox_, log),
      housekeeper_(log, "the partitions of the traffic log cannot be kept in order",
                   [this](const std::stop_token& /*stop*/) { keep_house(); }) {}

PostgresStore::~PostgresStore() {
  end_of_housekeeping_.fire_for_good();
}

void PostgresStore::record(std::span<const Exchange* const> exchanges) {
  outbox_.record(exchanges);
  shipper_.notify(exchanges.size());
}

/// In this order: a row goes from the outbox to the database, not back.
std::vector<Exchange> PostgresStore::read(const LogQuery& query) {
  std::vector<Exchange> waiting = outbox_.read(query);
  if (query.only_waiting) return waiting;
  return merged(std::move(waiting), read_database(query), query.limit);
}

std::vector<Exchange> PostgresStore::read_database(const LogQuery& query) {
  const auto came = Clock::now();
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

/// The slot too: it is another's when this server was not heard of for long.
void PostgresStore::keep_house() {
  PostgresLog database(url_, end_of_housekeeping_);
  const std::vector<std::string> dropped = database.keep_house(retention_);
  outbox_.set_slot(database.slot_of(outbox_.name()));
  for (const std::string& name : dropped)
    log_.info("old exchanges are removed", {{"partition", name}, {"days", retention_.count()}});
}

TrafficState PostgresStore::state() const {
  TrafficState state = outbox_.state();
  shipper_.describe(state);
  return state;
}

}  // namespace diamond::serve
