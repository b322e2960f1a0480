// What has to be done now and then, by itself.
#pragma once

#include "periodic.h"
#include "trouble.h"

#include <diamond/core/log.h>

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>

namespace diamond::serve {

/// Does its work at once and then each hour, on a thread of its own. What the work throws is told,
/// and the work is tried again each minute.
class Housekeeper {
 public:
  using Work = std::function<void(const std::stop_token&)>;

  /// `failing`: what the log says while the work fails. The log, and what the work uses, outlive
  /// this; the work ends soon when it is asked to stop.
  Housekeeper(Log& log, std::string failing, Work work);

 private:
  std::chrono::minutes work_once(const std::stop_token& stop);

  Trouble trouble_;
  Work work_;
  Periodic periodic_;  // last: it stops before the rest goes
};

}  // namespace diamond::serve
