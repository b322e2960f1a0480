#include "service_manager.h"

#include <diamond/core/error.h>

#include <sys/socket.h>
#include <systemd/sd-daemon.h>

#include <cstdint>

namespace diamond::serve {
namespace {

/// Who is told and who is not is the manager's business: it has deadlines of its own.
void tell(const std::string& message) {
  static_cast<void>(::sd_notify(0, message.c_str()));
}

}  // namespace

std::vector<Descriptor> handed_sockets() {
  const int count = ::sd_listen_fds(1);
  if (count < 0)
    throw UsageError("LISTEN_FDS", "this is no number of sockets: " + system_message(-count),
                     "leave it to the service manager");
  std::vector<Descriptor> sockets;
  for (int number = SD_LISTEN_FDS_START; number < SD_LISTEN_FDS_START + count; ++number) {
    if (::sd_is_socket(number, AF_UNSPEC, SOCK_STREAM, 1) <= 0)
      throw UsageError("LISTEN_FDS",
                       "descriptor " + std::to_string(number) + " is no stream socket that listens",
                       "say ListenStream= in the socket unit, and leave Accept= at no");
    sockets.emplace_back(number);
  }
  return sockets;
}

std::optional<std::chrono::microseconds> watchdog_patience() {
  std::uint64_t microseconds = 0;
  const int enabled = ::sd_watchdog_enabled(0, &microseconds);
  if (enabled < 0)
    throw UsageError("WATCHDOG_USEC", "this is no time: " + system_message(-enabled),
                     "leave it to the service manager");
  if (enabled == 0) return std::nullopt;
  return std::chrono::microseconds(microseconds);
}

void tell_ready(const std::string& status) {
  tell("READY=1\nSTATUS=" + status);
}

void tell_alive(const std::string& status) {
  tell("WATCHDOG=1\nSTATUS=" + status);
}

void tell_reloading() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  tell("RELOADING=1\nSTATUS=Looks for a new model and other keys\nMONOTONIC_USEC=" +
       std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(now).count()));
}

void tell_stopping() {
  tell("STOPPING=1\nSTATUS=Answers what has begun");
}

}  // namespace diamond::serve
