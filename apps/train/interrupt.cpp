#include "interrupt.h"

#include <chrono>
#include <ctime>

namespace diamond::train {
namespace {

using namespace std::chrono_literals;

constexpr auto echoes_come_within = 200ms;

}  // namespace

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
      swallow_echoes();
      if (ended.stop_requested()) return;  // the destructor's signal was swallowed, too
      continue;
    }
    std::signal(signal, SIG_DFL);
    pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr);
    std::raise(signal);
  }
}

void Interrupt::swallow_echoes() const {
  std::this_thread::sleep_for(echoes_come_within);
  constexpr timespec at_once{};
  while (sigtimedwait(&signals_, nullptr, &at_once) > 0) {
  }
}

}  // namespace diamond::train
