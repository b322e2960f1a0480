// The line over which a training tells a worker that it started what to do.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <queue>
#include <string>
#include <thread>

namespace diamond {

/// Reads jobs, a line each, and notices on its own thread, whatever the worker is busy with, when
/// the training at the other end is gone.
class JobLine {
 public:
  /// Reads from a descriptor, which stays the caller's. `hung_up` is called once, on another
  /// thread, where the line ends before the training said that there are no more jobs.
  JobLine(int descriptor, std::function<void()> hung_up);

  /// The next job, which is waited for; nothing: there are no more.
  [[nodiscard]] std::optional<std::string> next();

 private:
  void read(const std::stop_token& stop, int descriptor);
  [[nodiscard]] bool take(const std::string& line);

  std::function<void()> hung_up_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::queue<std::string> jobs_;
  bool has_ended_ = false;
  std::jthread reader_;
};

}  // namespace diamond
