#include "interrupt.h"

#include <csignal>
#include <ctime>

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
  waiter_.join();
  const sigset_t signals = only_sigint();
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

void Interrupt::wait_for_signals(const std::stop_token& ended, Log& log) {
  constexpr timespec moment{0, 100'000'000};  // 0.1 s: sigtimedwait cannot be woken otherwise
  const sigset_t signals = only_sigint();
  while (!ended.stop_requested()) {
    if (sigtimedwait(&signals, nullptr, &moment) != SIGINT) continue;
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
