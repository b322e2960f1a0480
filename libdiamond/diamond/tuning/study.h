// Runs trials over a search space: the loop of every tuning.
#pragma once

#include <diamond/metrics/regression_metrics.h>
#include <diamond/tuning/pruner.h>
#include <diamond/tuning/sampler.h>
#include <diamond/tuning/trial.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

namespace diamond {

struct StudySettings {
  std::size_t trials = 100;
  std::optional<std::chrono::duration<double>> time_budget = {};  // no trial begins after it
  std::uint32_t seed = 42;
  Better better = Better::lower;  // of the objective's values
  /// Trial n knows the trials up to n − in_flight and no later one, whatever the machine: so many
  /// may run side by side, and the result does not depend on how many do. At least 1.
  std::size_t in_flight = 4;
  std::size_t workers = 0;  // threads; 0: as many as the machine has processors
};

/// What an objective is given beside the values to try.
struct TrialControl {
  std::size_t number = 0;
  /// Tells the value at the next checkpoint, one call at a time. After it the trial may be asked to
  /// stop; a value that is not finite fails it.
  std::function<void(double value)> report;
  /// Asked to stop when the trial is pruned or the study is stopped: return soon; what is returned
  /// is not looked at.
  std::stop_token stop;
};

struct TrialResult {
  double value = 0;
  Json found = Json::object();
};

/// Tries the values {name: value}. Depends on nothing but its arguments; is called from several
/// threads. What it throws, and a value that is not finite, fails the trial, but for StorageError
/// and std::bad_alloc, which end the study.
using Objective = std::function<TrialResult(const Json& values, TrialControl& control)>;

enum class StudyEnd : std::uint8_t { all_trials, time_budget, stopped };

struct StudyProgress {
  const Trial& trial;                       // the one that has just ended
  std::size_t ended;                        // trials so far, those of earlier runs among them
  std::size_t trials;                       // that there will be
  const Trial* best;                        // nullptr while none is complete
  std::chrono::duration<double> time_left;  // a guess
};

struct StudyResult {
  std::vector<Trial> trials;  // by number; a study that was stopped may lack some
  StudyEnd end = StudyEnd::all_trials;

  /// The complete trial with the best value, the earliest of equals; nullptr where there is none.
  [[nodiscard]] const Trial* best(Better better) const;
};

/// Runs the trials that `log` does not hold yet. Each is appended to `log` the moment it ends; then
/// `progress` is called (one call at a time, from any thread). Trial n draws from a random stream
/// of its own (seed, n) and knows the trials up to n − in_flight: a study that was killed and is
/// run again ends with the same trials, to the bit, as one that was not.
///
/// What it knows of a pruned trial is its last loss, behind that of the best complete one; of a
/// failed one, nothing. Trials on file beyond settings.trials count as well.
///
/// A trial that a stop interrupts is not logged: a run again makes it. Throws what the log, the
/// sampler or `progress` throws, once all trials have stopped.
[[nodiscard]] StudyResult run_study(const SearchSpace& space, const Sampler& sampler,
                                    const Pruner& pruner, const StudySettings& settings,
                                    const Objective& objective, TrialLog& log,
                                    const std::stop_token& stop,
                                    const std::function<void(const StudyProgress&)>& progress = {});

}  // namespace diamond
