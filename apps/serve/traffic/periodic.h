// Work that is done again and again, by itself.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <thread>

namespace diamond::serve {

/// Does its work on a thread of its own, until it is destroyed: then the work is asked to stop, and
/// waited for.
class Periodic {
 public:
  /// Says how long to wait until it is done again. Throws nothing; what it uses outlives this.
  using Work = std::function<std::chrono::milliseconds(const std::stop_token&)>;

  /// Does nothing.
  Periodic() = default;

  /// `first`: how long to wait before the work is done for the first time.
  Periodic(std::chrono::milliseconds first, Work work);

 private:
  std::jthread thread_;
};

}  // namespace diamond::serve
