#include "shipper.h"

#include "open_store.h"

#include <diamond/core/error.h>

#include <algorithm>
#include <utility>

namespace diamond::serve {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds first_pause = 100ms;  // after a failure; doubled each time
constexpr std::chrono::milliseconds longest_pause = 5000ms;
constexpr std::chrono::milliseconds patience_at_the_start = 10'000ms;
constexpr std::chrono::milliseconds patience_at_the_end = 1000ms;
constexpr auto suspicious_silence = 5s;
constexpr std::int64_t many = 1'000'000;  // exchanges that wait: then moving them is urgent

}  // namespace

Shipper::Shipper(std::string url, Outbox& outbox, Log& log)
    : url_(std::move(url)),
      shown_url_(without_password(url_)),
      outbox_(outbox),
      log_(log),
      trouble_(log, "the traffic log waits in the outbox",
               "the database takes the traffic log again"),
      recorded_(static_cast<std::uint64_t>(outbox.state().waiting)) {
  try {
    const Interruption::Deadline deadline(interruption_, patience_at_the_start);
    connect();
    if (database_->schema() != Schema::older) prepare();
  } catch (const NewerSchema&) {
    throw;
  } catch (const StorageError& error) {
    if (!outbox_.has_reached(shown_url_)) throw;
    database_.reset();
    trouble_.meet(error.what());
  }
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Shipper::~Shipper() {
  wait(patience_at_the_end);
  thread_.request_stop();
  interruption_.fire_for_good();
}

void Shipper::notify(std::uint64_t exchanges) {
  const std::lock_guard lock(mutex_);
  recorded_ += exchanges;
  notified_.notify_one();
}

void Shipper::wait(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  const std::uint64_t wanted = recorded_;
  emptied_.wait_for(lock, patience, [&] { return moved_ >= wanted; });
}

void Shipper::describe(TrafficState& state) const {
  state.trouble = trouble_.why();
  const std::lock_guard lock(mutex_);
  state.rejected = rejected_;
  if (!state.trouble.empty() || !asking_since_) return;
  const auto silent = std::chrono::floor<std::chrono::seconds>(Clock::now() - *asking_since_);
  if (silent >= suspicious_silence)
    state.trouble =
        shown_url_ + ": the database has not answered for " + std::to_string(silent.count()) + " s";
}

void Shipper::run(const std::stop_token& stop) {
  std::chrono::milliseconds pause = first_pause;
  while (!stop.stop_requested()) {
    std::uint64_t known = 0;
    {
      std::unique_lock lock(mutex_);
      notified_.wait_for(lock, stop, longest_pause, [&] { return recorded_ > moved_; });
      known = recorded_;
    }
    if (try_to_empty(stop)) {
      pause = first_pause;
      const std::lock_guard lock(mutex_);
      moved_ = known;
      emptied_.notify_all();
    } else {
      std::unique_lock lock(mutex_);
      notified_.wait_for(lock, stop, pause, [] { return false; });
      pause = std::min(pause * 2, longest_pause);
    }
  }
}

void Shipper::connect() {
  is_prepared_ = false;
  database_.emplace(url_, interruption_);
}

/// Before the first row goes through a connection.
void Shipper::prepare() {
  const Schema schema = database_->schema();
  if (schema == Schema::older)
    log_.info("the tables of the traffic log are brought up to date", {{"database", shown_url_}});
  if (schema != Schema::current) database_->migrate();
  outbox_.set_reached(shown_url_);
  outbox_.set_slot(database_->slot_of(outbox_.name()));
  is_prepared_ = true;
}

/// False when the database would not take what there is.
bool Shipper::try_to_empty(const std::stop_token& stop) {
  try {
    set_asking(true);
    if (!database_) connect();
    if (!is_prepared_) prepare();
    for (auto rows = outbox_.next(); !rows.empty(); rows = outbox_.next()) {
      if (stop.stop_requested()) return false;
      const auto start = Clock::now();
      const std::uint64_t known = recorded();
      set_asking(true);
      move(rows);
      set_asking(false);
      if (recorded() > known) step_aside(stop, 2 * (Clock::now() - start));
    }
    set_asking(false);
    trouble_.end();
    return true;
  } catch (const std::exception& error) {
    set_asking(false);
    database_.reset();  // a connection that failed once is not used again
    if (!stop.stop_requested()) trouble_.meet(error.what());
    return false;
  }
}

/// Requests come at this moment, and here and in the database they may want the same processors:
/// the shipper takes a third of the time.
void Shipper::step_aside(const std::stop_token& stop, Clock::duration as_long_as) {
  if (outbox_.state().waiting > many) return;
  std::unique_lock lock(mutex_);
  notified_.wait_for(lock, stop, as_long_as, [] { return false; });
}

std::uint64_t Shipper::recorded() const {
  const std::lock_guard lock(mutex_);
  return recorded_;
}

/// Halves what the database does not take until the one row that it is about is left.
void Shipper::move(std::span<const Exchange> rows) {
  try {
    outbox_.remove_up_to(database_->add(outbox_.name(), rows));
  } catch (const UnfitRows& error) {
    if (rows.size() == 1) return reject(rows.front(), error.what());
    const std::size_t half = rows.size() / 2;
    move(rows.first(half));
    move(rows.subspan(half));
  }
}

void Shipper::reject(const Exchange& row, const std::string& reason) {
  outbox_.remove_up_to(database_->reject(outbox_.name(), row, reason));
  log_.warning("the database does not take an exchange: it is in its table `rejected`",
               {{"request_id", row.request_id}, {"why", reason}});
  const std::lock_guard lock(mutex_);
  ++rejected_;
}

void Shipper::set_asking(bool asking) {
  const std::lock_guard lock(mutex_);
  asking_since_ = asking ? std::optional(Clock::now()) : std::nullopt;
}

}  // namespace diamond::serve
