#include "line_writer.h"

#include <diamond/core/error.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace diamond::serve {
namespace {

using namespace std::chrono_literals;

constexpr auto gathering = 50ms;  // lines that come within it are written together
constexpr auto patience = 1s;     // for what is left at the end
constexpr auto look_again = 100ms;
constexpr mode_t permissions = 0640;
constexpr std::string_view standard_output = "-";

/// So much a pipe takes without waiting, once it has room at all (PIPE_BUF).
constexpr std::size_t at_once = 4096;

std::string reason() {
  return std::system_category().message(errno);
}

/// A pipe that nobody reads from is an error, not something to wait for.
Descriptor open_to_append(const std::string& file) {
  const int number =
      file == standard_output
          ? ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0)
          : ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_CLOEXEC,
                   permissions);
  if (number < 0)
    throw StorageError(file, "cannot be written: " + reason(),
                       "check the folder and its permissions");
  return Descriptor(number);
}

/// Whether the name stands for another file by now, or for none.
bool is_moved(const std::string& file, int descriptor) {
  struct stat ours {};
  struct stat named {};
  return ::fstat(descriptor, &ours) != 0 || ::stat(file.c_str(), &named) != 0 ||
         ours.st_dev != named.st_dev || ours.st_ino != named.st_ino;
}

/// As many whole lines as are written at once; or a piece of one that is longer.
std::string_view next_piece(std::string_view lines) {
  const std::string_view most = lines.substr(0, at_once);
  const std::size_t end = most.rfind('\n');
  return end == std::string_view::npos ? most : most.substr(0, end + 1);
}

}  // namespace

LineWriter::LineWriter(std::string file, Log& log)
    : file_(std::move(file)),
      trouble_(log, "lines of the access log are lost", "the access log is written again"),
      out_(open_to_append(file_)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void LineWriter::write(std::string_view line) {
  const std::lock_guard lock(mutex_);
  if (waiting_.size() + line.size() > most_waiting) {
    ++lost_;
    return;
  }
  const bool is_first = waiting_.empty();
  waiting_ += line;
  if (is_first) came_.notify_one();
}

void LineWriter::run(const std::stop_token& stop) {
  for (std::string lines = gather(stop); !lines.empty(); lines = gather(stop)) {
    follow_rotation();
    put(lines, stop);
    if (!tell_losses()) trouble_.end();
  }
}

/// Waits for a line, and a little for those that follow. Empty: it is time to stop.
std::string LineWriter::gather(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  came_.wait(lock, stop, [this] { return !waiting_.empty(); });
  came_.wait_for(lock, stop, gathering, [] { return false; });
  return std::exchange(waiting_, {});
}

void LineWriter::follow_rotation() {
  if (file_ == standard_output || !is_moved(file_, out_.number())) return;
  try {
    out_ = open_to_append(file_);
  } catch (const StorageError& error) {
    failure_ = error.what();  // what comes goes where it went
  }
}

void LineWriter::put(std::string_view lines, const std::stop_token& stop) {
  while (!lines.empty()) {
    if (!has_room(stop)) return lose(lines);
    const std::string_view piece = next_piece(lines);
    const ssize_t written = ::write(out_.number(), piece.data(), piece.size());
    if (written > 0) {
      lines.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR && errno != EAGAIN) {
      failure_ = reason();
      return lose(lines);
    }
  }
}

/// Waits for it. False: it is time to stop, and has been for long enough.
bool LineWriter::has_room(const std::stop_token& stop) {
  for (;;) {
    pollfd wanted{out_.number(), POLLOUT, 0};
    if (::poll(&wanted, 1, static_cast<int>(std::chrono::milliseconds(look_again).count())) > 0)
      return true;
    tell_losses();
    if (!stop.stop_requested()) continue;
    const auto now = std::chrono::steady_clock::now();
    if (!give_up_) give_up_ = now + patience;
    if (now > *give_up_) return false;
  }
}

void LineWriter::lose(std::string_view lines) {
  const std::lock_guard lock(mutex_);
  lost_ += static_cast<std::uint64_t>(std::count(lines.begin(), lines.end(), '\n'));
}

/// Whether there were any since it was last asked.
bool LineWriter::tell_losses() {
  const std::uint64_t lost = [this] {
    const std::lock_guard lock(mutex_);
    return lost_;
  }();
  if (lost == told_ && failure_.empty()) return false;
  told_ = lost;
  const std::string why =
      failure_.empty() ? "they come faster than they are taken" : std::exchange(failure_, {});
  trouble_.meet(why, {{"file", file_}, {"lost", lost}});
  return true;
}

}  // namespace diamond::serve
