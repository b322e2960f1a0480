#include "interrupt.h"

#include <csignal>

namespace diamond::train {
namespace {

sigset_t only_sigint() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  return signals;
}

}  // namespace

Interrupt::Interrupt(Log& log) {
  const sigset_t signals = only_sigint();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  waiter_ =
      std::jthread([this, &log](const std::stop_token& ended) { wait_for_signals(ended, log); });
}

Interrupt::~Interrupt() {
  waiter_.request_stop();
  pthread_kill(waiter_.native_handle(), SIGINT);  // nothing else ends its waiting
  waiter_.join();
  const sigset_t signals = only_sigint();
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

void Interrupt::wait_for_signals(const std::stop_token& ended, Log& log) {
  const sigset_t signals = only_sigint();
  for (int signal = 0; sigwait(&signals, &signal) == 0 && !ended.stop_requested();) {
    if (source_.request_stop()) {
      log.warning("stopping: the best so far will be kept; Ctrl-C once more ends at once");
      continue;
    }
    std::signal(SIGINT, SIG_DFL);
    pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
    std::raise(SIGINT);
  }
}

}  // namespace diamond::train
