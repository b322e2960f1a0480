// Who the workers of a training are, and how each of them is started.
#pragma once

#include <diamond/models/xgboost_collective.h>

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace diamond {

struct CrewSettings {
  /// One worker on each, which `remote_shell` starts; empty: `count` workers on this machine.
  std::vector<std::string> hosts;
  unsigned count = 1;
  /// All but worker 0 are started by somebody else, such as Slurm, with `diamond-train worker`.
  bool scheduled = false;
  /// A program and its arguments, after which come the host and the command. It fails where ssh
  /// alone would ask a person, and ends within some 15 seconds where the host is gone.
  std::vector<std::string> remote_shell = {
      "ssh", "-o", "BatchMode=yes", "-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3"};
  /// Where workers reach this machine; an empty host: this machine's name, or 127.0.0.1 where all
  /// of them are on it; port 0: any that is free.
  xgboost::TrackerAddress tracker;
  /// Of diamond-train, on every machine; empty: of this process.
  std::filesystem::path program;
  double patience = 300;  // seconds until all workers have to be there

  [[nodiscard]] std::size_t size() const { return hosts.empty() ? count : hosts.size(); }
  [[nodiscard]] bool is_on_this_machine() const { return hosts.empty() && !scheduled; }
};

/// "worker 2 on alpha": for people.
[[nodiscard]] std::string name_of_worker(const CrewSettings& settings, unsigned number);

/// Where workers are told to look for the tracker. Throws UsageError where this machine's name is
/// to be taken and other machines cannot find it by that.
[[nodiscard]] xgboost::TrackerAddress tracker_address(const CrewSettings& settings);

/// The words that start a worker: diamond-train's own on this machine, after the remote shell and
/// the host on another. There, a word that a shell would not read as it stands is quoted: ssh gives
/// all of them to one.
[[nodiscard]] std::vector<std::string> command_of_worker(const CrewSettings& settings,
                                                         unsigned number,
                                                         const xgboost::TrackerAddress& tracker);

}  // namespace diamond
