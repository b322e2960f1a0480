// Ctrl-C asks a training to end well; Ctrl-C once more ends it at once.
#pragma once

#include <diamond/core/log.h>

#include <stop_token>
#include <thread>

namespace diamond::train {

/// While it stands, the first SIGINT requests a stop and says so in the log; the second one ends
/// the program as SIGINT does. SIGTERM is not touched: a study that is killed can be gone on with.
/// Made before any other thread, so that no other thread takes the signal.
class Interrupt {
 public:
  explicit Interrupt(Log& log);
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  ~Interrupt();

  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

 private:
  void wait_for_signals(const std::stop_token& ended, Log& log);

  std::stop_source source_;
  std::jthread waiter_;
};

}  // namespace diamond::train
