// Processes that learn together, on this machine or on several, started and watched from here.
//
// There is no scheduler in this: who is where is said when a crew is made, one worker that is lost
// ends it, and nothing is tried again.
#pragma once

#include <diamond/core/child_process.h>
#include <diamond/core/log.h>
#include <diamond/models/xgboost_tracker.h>
#include <diamond/workers/crew_settings.h>
#include <diamond/workers/job.h>

#include <cstddef>
#include <stop_token>
#include <string>
#include <vector>

namespace diamond {

class Crew {
 public:
  /// Starts the workers, and waits until all are there. Throws WorkerError where one does not come
  /// or is another program than this, TrainingError where `stop` is requested meanwhile, and
  /// UsageError where the workers could not find this machine. The log outlives the crew.
  Crew(CrewSettings settings, const std::stop_token& stop, Log& log);
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;
  /// Ends them.
  ~Crew();

  [[nodiscard]] std::size_t size() const { return settings_.size(); }

  /// Whether all workers share this machine's processors and memory.
  [[nodiscard]] bool is_on_this_machine() const { return settings_.is_on_this_machine(); }

  /// Lets the workers learn; the model is saved in `job.model`, and what the fit found is returned.
  /// Throws WorkerError where a worker ends before its time, and TrainingError where `stop` is
  /// requested; then all workers have ended, and the crew is of no further use.
  [[nodiscard]] Json learn(const Job& job, const std::stop_token& stop);

 private:
  struct Worker {
    std::string name;  // for people: "worker 2 on alpha"
    ChildProcess process;
  };

  void start(unsigned number);
  void greet(const std::stop_token& stop);
  [[nodiscard]] Json answer(const std::string& key, const std::stop_token& stop, double seconds);
  void find_lost_worker();

  CrewSettings settings_;
  Log& log_;
  xgboost::Tracker tracker_;
  std::vector<Worker> workers_;  // those that were started from here; the first is worker 0
};

}  // namespace diamond
