// What started the program and watches over it, where something does: systemd, or whatever else
// speaks its protocols (sd_listen_fds(3), sd_notify(3), sd_watchdog_enabled(3)). Where nothing
// does, there are no sockets, nobody is told and nobody waits.
#pragma once

#include "http/listening.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace diamond::serve {

/// The sockets that were handed over; mostly none. Takes them out of the environment: the second
/// time there are none. Call before the first thread is made. Throws UsageError where one of them
/// is no stream socket that listens.
[[nodiscard]] std::vector<Descriptor> handed_sockets();

/// How long nothing may be heard of the program before it is killed and started anew; nothing: for
/// ever. Throws UsageError where the environment has no number.
[[nodiscard]] std::optional<std::chrono::microseconds> watchdog_patience();

/// `status` is one line for people: what the program is doing.
void tell_ready(const std::string& status);
void tell_alive(const std::string& status);

/// Until `tell_ready`.
void tell_reloading();

void tell_stopping();

}  // namespace diamond::serve
