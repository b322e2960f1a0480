#include "housekeeper.h"

#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <utility>

namespace diamond::serve {

using namespace std::chrono_literals;

Housekeeper::Housekeeper(Log& log, std::string failing, Work work)
    : trouble_(log, std::move(failing), "the traffic log is kept in order again"),
      work_(std::move(work)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void Housekeeper::run(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any stopping;
  std::unique_lock lock(mutex);
  while (!stop.stop_requested()) {
    std::chrono::minutes pause = 60min;
    try {
      work_(stop);
      trouble_.end();
    } catch (const std::exception& error) {
      if (stop.stop_requested()) return;
      trouble_.meet(error.what());
      pause = 1min;
    }
    stopping.wait_for(lock, stop, pause, [] { return false; });
  }
}

}  // namespace diamond::serve
