#include <diamond/core/child_process.h>
#include <diamond/core/error.h>

#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

namespace diamond {
namespace {

/// Two ends that are connected, not inherited by other children.
std::pair<FileHandle, FileHandle> connected() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    throw StorageError("", system_message(errno), "close other programs");
  return {FileHandle(ends[0]), FileHandle(ends[1])};
}

}  // namespace

std::string to_string(const ProcessEnd& end) {
  return end.signal != 0 ? "was killed by signal " + std::to_string(end.signal)
                         : "ended with exit code " + std::to_string(end.status);
}

ChildProcess::ChildProcess(const std::vector<std::string>& command) {
  auto [here, there] = connected();
  auto [failed, failure] = connected();  // says why the program could not be started
  std::vector<char*> words;
  for (const std::string& word : command)
    words.push_back(const_cast<char*>(word.c_str()));  // NOLINT: exec's own type
  words.push_back(nullptr);
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ < 0) throw StorageError("", system_message(errno), "close other programs");
  if (pid_ == 0) {
    // Ctrl-C in the shell is for the parent, which ends its children; and what would ask a person,
    // such as ssh for a password, has no terminal to wait at, and fails.
    ::setsid();
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(1);
    ::dup2(there.get(), STDIN_FILENO);
    ::dup2(there.get(), STDOUT_FILENO);
    sigset_t none;
    ::sigemptyset(&none);
    ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
    ::execvp(words.front(), words.data());
    const int code = errno;
    ::_exit(::write(failure.get(), &code, sizeof code) == sizeof code ? 1 : 2);
  }
  failure = FileHandle();
  int code = 0;
  if (::read(failed.get(), &code, sizeof code) == sizeof code) {
    ::waitpid(pid_, nullptr, 0);
    throw StorageError(command.front(), "it cannot be started: " + system_message(code),
                       "look at its path");
  }
  socket_ = std::move(here);
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      end_(other.end_),
      socket_(std::move(other.socket_)),
      unread_(std::move(other.unread_)) {}

ChildProcess::~ChildProcess() {
  if (pid_ < 0 || end_) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

std::optional<ProcessEnd> ChildProcess::poll() {
  int status = 0;
  if (!end_ && ::waitpid(pid_, &status, WNOHANG) == pid_)
    end_ =
        WIFSIGNALED(status) ? ProcessEnd{0, WTERMSIG(status)} : ProcessEnd{WEXITSTATUS(status), 0};
  return end_;
}

bool ChildProcess::tell(const std::string& line) {
  const std::string bytes = line + "\n";
  for (std::size_t sent = 0; sent < bytes.size();) {
    const ssize_t count =
        ::send(socket_.get(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    sent += static_cast<std::size_t>(count);
  }
  return true;
}

void ChildProcess::hang_up() {
  ::shutdown(socket_.get(), SHUT_WR);
}

std::optional<std::string> ChildProcess::next_line(std::chrono::milliseconds patience) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point last = Clock::now() + patience;
  std::size_t end = unread_.find('\n');
  while (end == std::string::npos) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(last - Clock::now());
    pollfd ready{socket_.get(), POLLIN, 0};
    if (::poll(&ready, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0))) <= 0)
      return std::nullopt;
    std::array<char, 4096> bytes{};
    const ssize_t count = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return std::nullopt;
    unread_.append(bytes.data(), static_cast<std::size_t>(count));
    end = unread_.find('\n');
  }
  std::string line = unread_.substr(0, end);
  unread_.erase(0, end + 1);
  return line;
}

}  // namespace diamond
