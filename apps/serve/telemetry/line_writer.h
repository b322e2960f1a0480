// Lines on their way to a file that may be slow.
#pragma once

#include "../http/listening.h"
#include "../traffic/trouble.h"

#include <diamond/core/log.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

namespace diamond::serve {

/// Who has a line to write never waits for the disk, nor for whoever reads from a pipe: a thread
/// writes, many lines at a time. Where it does not keep up, a few megabytes wait, and further lines
/// are lost: the log says so, and how many. A file that was moved away is made anew within the
/// second, so that logs can be rotated. Safe from any thread.
class LineWriter {
 public:
  /// Appends to the file; "-" is stdout. Throws StorageError where it cannot be opened. The log
  /// outlives this.
  LineWriter(std::string file, Log& log);

  /// Waits a second for what is left.
  ~LineWriter() = default;
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  /// `line`: with its end.
  void write(std::string_view line);

  static constexpr std::size_t most_waiting = std::size_t{4} << 20U;  // bytes

 private:
  void run(const std::stop_token& stop);
  [[nodiscard]] std::string gather(const std::stop_token& stop);
  void put(std::string_view lines, const std::stop_token& stop);
  [[nodiscard]] bool has_room(const std::stop_token& stop);
  void follow_rotation();
  bool tell_losses();
  void lose(std::string_view lines);

  std::string file_;
  Trouble trouble_;
  Descriptor out_;          // of the thread alone, as what follows
  std::string failure_;     // of the last attempt to write; empty: there was none
  std::uint64_t told_ = 0;  // lost lines that the log knows of
  std::optional<std::chrono::steady_clock::time_point> give_up_;  // once it is asked to stop

  std::mutex mutex_;  // guards what follows
  std::condition_variable_any came_;
  std::string waiting_;
  std::uint64_t lost_ = 0;  // lines, since the start

  std::jthread thread_;  // last: it stops before the rest goes
};

}  // namespace diamond::serve
