// Processes that learn together, on this machine or on several, started and watched from here.
//
// There is no scheduler in this: who is where is said when a crew is made, one worker that is lost
// ends it, and nothing is tried again.
#pragma once

#include <diamond/core/child_process.h>
#include <diamond/core/log.h>
#include <diamond/models/xgboost_tracker.h>
#include <diamond/workers/job.h>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace diamond {

/// Who the workers are.
struct CrewSettings {
  /// One worker on each, which `remote_shell` starts; empty: `count` workers on this machine.
  std::vector<std::string> hosts;
  unsigned count = 1;
  /// All but worker 0 are started by somebody else, such as Slurm, with `diamond-train worker`.
  bool scheduled = false;
  /// A program and its arguments, after which come the host and the command.
  std::vector<std::string> remote_shell = {"ssh"};
  /// Where workers reach this machine; an empty host: this machine's name, or 127.0.0.1 where all
  /// of them are on it; port 0: any that is free.
  xgboost::TrackerAddress tracker;
  /// Of diamond-train, on every machine; empty: of this process.
  std::filesystem::path program;
  double patience = 300;  // seconds until all workers have to be there

  [[nodiscard]] std::size_t size() const { return hosts.empty() ? count : hosts.size(); }
  [[nodiscard]] bool is_on_this_machine() const { return hosts.empty() && !scheduled; }
};

class Crew {
 public:
  /// Starts the workers, and waits until all are there. Throws TrainingError where one does not
  /// come, and where `stop` is requested meanwhile.
  Crew(CrewSettings settings, const std::stop_token& stop, Log& log);
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;
  /// Ends them.
  ~Crew();

  [[nodiscard]] std::size_t size() const { return settings_.size(); }

  /// Whether all workers share this machine's processors and memory.
  [[nodiscard]] bool is_on_this_machine() const { return settings_.is_on_this_machine(); }

  /// Lets the workers learn; the model is saved in `job.model`, and what the fit found is returned.
  /// Throws TrainingError where a worker ends before its time, and where `stop` is requested; then
  /// the crew is of no further use.
  [[nodiscard]] Json learn(const Job& job, const std::stop_token& stop);

 private:
  struct Worker {
    std::string name;  // for people: "worker 2 on alpha"
    ChildProcess process;
  };

  void start(unsigned number);
  [[nodiscard]] Json answer(const std::stop_token& stop, double seconds);
  void find_lost_worker();

  CrewSettings settings_;
  xgboost::Tracker tracker_;
  std::vector<Worker> workers_;  // those that were started from here; the first is worker 0
};

}  // namespace diamond
