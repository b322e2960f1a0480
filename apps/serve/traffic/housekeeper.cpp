#include "housekeeper.h"

#include <exception>
#include <utility>

namespace diamond::serve {

using namespace std::chrono_literals;

Housekeeper::Housekeeper(Log& log, std::string failing, Work work)
    : trouble_(log, std::move(failing), "the traffic log is kept in order again"),
      work_(std::move(work)),
      periodic_(0ms, [this](const std::stop_token& stop) { return work_once(stop); }) {}

/// How long to wait until the next time.
std::chrono::minutes Housekeeper::work_once(const std::stop_token& stop) {
  try {
    work_(stop);
    trouble_.end();
    return 60min;
  } catch (const std::exception& error) {
    if (!stop.stop_requested()) trouble_.meet(error.what());
    return 1min;
  }
}

}  // namespace diamond::serve
