#include "interruption.h"

#include <sys/socket.h>

#include <stop_token>

namespace diamond::serve {

Interruption::Scope::Scope(Interruption& interruption, int socket) : interruption_(interruption) {
  const std::lock_guard lock(interruption_.mutex_);
  interruption_.socket_ = socket;
  if (interruption_.for_good_) ::shutdown(socket, SHUT_RDWR);
}

Interruption::Scope::~Scope() {
  const std::lock_guard lock(interruption_.mutex_);
  interruption_.socket_ = -1;
}

Interruption::Deadline::Deadline(Interruption& interruption, std::chrono::milliseconds patience)
    : timer_([&interruption, patience](const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any stopped;
        std::unique_lock lock(mutex);
        const bool in_time =
            stopped.wait_for(lock, stop, patience, [&] { return stop.stop_requested(); });
        if (!in_time) interruption.fire();
      }) {}

void Interruption::fire() {
  const std::lock_guard lock(mutex_);
  if (socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
}

void Interruption::fire_for_good() {
  {
    const std::lock_guard lock(mutex_);
    for_good_ = true;
  }
  fire();
}

}  // namespace diamond::serve
