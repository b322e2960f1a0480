#include "interruption.h"

#include <sys/socket.h>

#include <stop_token>

namespace diamond::serve {

Interruption::Scope::Scope(Interruption& interruption, int socket) : interruption_(interruption) {
  const std::lock_guard lock(interruption_.mutex_);
  interruption_.socket_ = socket;
  if (interruption_.is_fired_) ::shutdown(socket, SHUT_RDWR);
}

Interruption::Scope::~Scope() {
  const std::lock_guard lock(interruption_.mutex_);
  interruption_.socket_ = -1;
}

Interruption::Deadline::Deadline(Interruption& interruption, std::chrono::milliseconds patience)
    : interruption_(interruption), timer_([&interruption, patience](const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any stopped;
        std::unique_lock lock(mutex);
        const bool in_time =
            stopped.wait_for(lock, stop, patience, [&] { return stop.stop_requested(); });
        if (!in_time) interruption.fire(false);
      }) {}

Interruption::Deadline::~Deadline() {
  timer_.request_stop();
  timer_.join();
  const std::lock_guard lock(interruption_.mutex_);
  interruption_.is_fired_ = interruption_.for_good_;
}

void Interruption::fire_for_good() {
  fire(true);
}

void Interruption::fire(bool for_good) {
  const std::lock_guard lock(mutex_);
  is_fired_ = true;
  for_good_ = for_good_ || for_good;
  if (socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
}

}  // namespace diamond::serve
