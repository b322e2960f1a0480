#include <diamond/workers/job.h>
#include <diamond/workers/job_line.h>

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace diamond {

JobLine::JobLine(int descriptor, std::function<void()> hung_up)
    : hung_up_(std::move(hung_up)),
      reader_([this, descriptor](const std::stop_token& stop) { read(stop, descriptor); }) {}

std::optional<std::string> JobLine::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return has_ended_ || !jobs_.empty(); });
  if (jobs_.empty()) return std::nullopt;
  std::string job = std::move(jobs_.front());
  jobs_.pop();
  return job;
}

void JobLine::read(const std::stop_token& stop, int descriptor) {
  constexpr int look_every = 100;  // milliseconds, to see whether to stop
  std::string unread;
  while (!stop.stop_requested()) {
    pollfd ready{descriptor, POLLIN, 0};
    if (::poll(&ready, 1, look_every) <= 0) continue;
    std::array<char, 4096> bytes{};
    const ssize_t count = ::read(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return hung_up_();
    unread.append(bytes.data(), static_cast<std::size_t>(count));
    for (std::size_t end = unread.find('\n'); end != std::string::npos; end = unread.find('\n')) {
      if (!take(unread.substr(0, end))) return;
      unread.erase(0, end + 1);
    }
  }
}

/// False: it says that there are no more jobs.
bool JobLine::take(const std::string& line) {
  const std::scoped_lock lock(mutex_);
  has_ended_ = line == no_more_jobs;
  if (!has_ended_) jobs_.push(line);
  changed_.notify_all();
  return !has_ended_;
}

}  // namespace diamond
