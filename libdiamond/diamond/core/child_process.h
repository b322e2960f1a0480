// A program that runs beside this one, and not longer.
#pragma once

#include <diamond/core/file.h>

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace diamond {

/// How a program ended.
struct ProcessEnd {
  int status = 0;  // its exit code
  int signal = 0;  // 0: it ended by itself

  [[nodiscard]] bool well() const { return status == 0 && signal == 0; }
};

/// "was killed by signal 9", "ended with exit code 4".
[[nodiscard]] std::string to_string(const ProcessEnd& end);

/// Killed when this goes, and by the system when this process ends. Its stderr is this process's.
class ChildProcess {
 public:
  /// Starts the program of this path, or name in PATH, its stdin and stdout connected with this
  /// process. It ends with the thread that starts it. Throws StorageError where it cannot be
  /// started.
  explicit ChildProcess(const std::vector<std::string>& command);
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess();

  /// Nothing: it still runs.
  [[nodiscard]] std::optional<ProcessEnd> poll();

  /// Sends a line to its stdin. False: it does not read any more.
  [[nodiscard]] bool tell(const std::string& line);

  /// Ends its stdin.
  void hang_up();

  /// The next whole line of its stdout, waiting so long for it; nothing: it has not come, or there
  /// will be none.
  [[nodiscard]] std::optional<std::string> next_line(std::chrono::milliseconds patience);

 private:
  pid_t pid_ = -1;
  std::optional<ProcessEnd> end_;
  FileHandle socket_;
  std::string unread_;
};

}  // namespace diamond
