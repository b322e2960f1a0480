#include "interrupt.h"

namespace diamond::train {

Interrupt::Interrupt(Log& log, StopSignals signals) {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGINT);
  if (signals == StopSignals::interrupt_and_terminate) sigaddset(&signals_, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  waiter_ =
      std::jthread([this, &log](const std::stop_token& ended) { wait_for_signals(ended, log); });
}

Interrupt::~Interrupt() {
  waiter_.request_stop();
  pthread_kill(waiter_.native_handle(), SIGINT);  // nothing else ends its waiting
  waiter_.join();
  pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr);
}

void Interrupt::wait_for_signals(const std::stop_token& ended, Log& log) {
  for (int signal = 0; sigwait(&signals_, &signal) == 0 && !ended.stop_requested();) {
    if (source_.request_stop()) {
      log.warning("stopping: the best so far will be kept; Ctrl-C once more ends at once");
      continue;
    }
    std::signal(signal, SIG_DFL);
    pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr);
    std::raise(signal);
  }
}

}  // namespace diamond::train
