// Ctrl-C asks a training to end well; Ctrl-C once more ends it at once. So may SIGTERM.
#pragma once

#include <diamond/core/log.h>

#include <csignal>
#include <stop_token>
#include <thread>

namespace diamond::train {

/// Which signals ask for a stop.
enum class StopSignals {
  interrupt,                // SIGINT only: a study that SIGTERM kills can be gone on with
  interrupt_and_terminate,  // SIGTERM too: for what runs until it is told to end
};

/// While it stands, the first of these signals requests a stop and says so in the log; the second
/// one ends the program as that signal does. What follows the first one within a moment is no
/// second wish but an echo: timeout(1), and shells and wrappers that pass a signal on, send it to
/// the process and to its group. Made before any other thread, so that no other thread takes the
/// signal.
class Interrupt {
 public:
  explicit Interrupt(Log& log, StopSignals signals = StopSignals::interrupt);
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  ~Interrupt();

  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

 private:
  void wait_for_signals(const std::stop_token& ended, Log& log);
  void swallow_echoes() const;

  sigset_t signals_{};
  std::stop_source source_;
  std::jthread waiter_;
};

}  // namespace diamond::train
