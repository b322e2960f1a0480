#include <diamond/core/error.h>
#include <diamond/tuning/study.h>

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <exception>
#include <limits>
#include <map>
#include <mutex>
#include <new>
#include <thread>
#include <utility>

namespace diamond {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;
using Trials = std::map<std::size_t, Trial>;  // by number; the trials in it do not move

double loss_of(double value, Better better) {
  return better == Better::lower ? value : -value;
}

const Trial* better_of(const Trial* best, const Trial& trial, Better better) {
  if (trial.state != TrialState::complete) return best;
  if (best == nullptr) return &trial;
  const double loss = loss_of(trial.value, better);
  const double best_loss = loss_of(best->value, better);
  const bool wins = loss < best_loss || (loss == best_loss && trial.number < best->number);
  return wins ? &trial : best;
}

/// Passes a stop on.
struct Halt {
  std::stop_source& source;
  void operator()() const { source.request_stop(); }
};

/// What a trial knows of those before it, all as losses.
struct Knowledge {
  std::vector<Observation> seen;
  std::vector<Curve> curves;
};

/// A pruned trial counts with its last loss, though behind the best complete one: it would not have
/// been better, which is why it was pruned. Failed trials tell nothing.
Knowledge knowledge_of(const Trials& trials, std::size_t count, Better better) {
  const auto end = trials.lower_bound(count);
  double best = std::numeric_limits<double>::infinity();
  for (auto entry = trials.begin(); entry != end; ++entry)
    if (entry->second.state == TrialState::complete)
      best = std::min(best, loss_of(entry->second.value, better));
  const double behind = std::isfinite(best)
                            ? std::nextafter(best, std::numeric_limits<double>::max())
                            : std::numeric_limits<double>::lowest();
  Knowledge knowledge;
  for (auto entry = trials.begin(); entry != end; ++entry) {
    const Trial& trial = entry->second;
    if (trial.state == TrialState::failed) continue;
    const double loss = loss_of(trial.value, better);
    const bool pruned = trial.state == TrialState::pruned;
    knowledge.seen.push_back({trial.point, pruned ? std::max(loss, behind) : loss});
    Curve& curve = knowledge.curves.emplace_back(trial.curve);
    for (double& value : curve) value = loss_of(value, better);
  }
  return knowledge;
}

/// One trial, from its beginning to its end.
class RunningTrial {
 public:
  RunningTrial(Trial trial, const Pruner& pruner, std::vector<Curve> before, Better better,
               const std::stop_token& study_stop)
      : trial_(std::move(trial)),
        pruner_(pruner),
        before_(std::move(before)),
        better_(better),
        study_stop_(study_stop),
        pass_on_(study_stop, Halt{stop_}) {}

  /// The trial, or nothing where the study was stopped before the trial had an end of its own.
  std::optional<Trial> run(const Objective& objective, const Json& values) {
    const Clock::time_point start = Clock::now();
    TrialControl control{trial_.number, [this](double value) { report(value); }, stop_.get_token()};
    try {
      const TrialResult result = objective(values, control);
      if (!ended_) complete(result);
    } catch (const StorageError&) {
      throw;
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception& error) {
      if (!ended_) fail(error.what());
    } catch (...) {
      if (!ended_) fail("the objective threw what is no std::exception");
    }
    if (!ended_ && study_stop_.stop_requested()) return std::nullopt;
    trial_.duration_seconds = Seconds(Clock::now() - start).count();
    return std::move(trial_);
  }

 private:
  /// After a trial's end, or a stop, nothing more is taken down: how much an objective still tells
  /// before it returns must not count.
  void report(double value) {
    if (ended_ || study_stop_.stop_requested()) return;
    if (!std::isfinite(value)) {
      fail("the metric at checkpoint " + std::to_string(trial_.curve.size()) + " is not finite");
      return end_early();
    }
    trial_.curve.push_back(value);
    losses_.push_back(loss_of(value, better_));
    if (!pruner_.should_prune(losses_, before_)) return;
    trial_.state = TrialState::pruned;
    trial_.value = value;
    end_early();
  }

  void end_early() {
    ended_ = true;
    stop_.request_stop();
  }

  void complete(const TrialResult& result) {
    if (!std::isfinite(result.value)) return fail("the objective's value is not finite");
    // As a file gives it back: a study that goes on later must not differ.
    trial_.found = Json::parse(result.found.dump(-1, ' ', false, Json::error_handler_t::replace));
    trial_.state = TrialState::complete;
    trial_.value = result.value;
  }

  void fail(const std::string& why) {
    trial_.state = TrialState::failed;
    trial_.error = valid_utf8(why);
  }

  Trial trial_;
  const Pruner& pruner_;
  std::vector<Curve> before_;
  Better better_;
  Curve losses_;
  bool ended_ = false;  // by a report, while the objective may still be running
  std::stop_source stop_;
  std::stop_token study_stop_;
  std::stop_callback<Halt> pass_on_;
};

/// What `run_study` was called with.
struct Task {
  const SearchSpace& space;
  const Sampler& sampler;
  const Pruner& pruner;
  const StudySettings& settings;
  const Objective& objective;
  TrialLog& log;
  const std::stop_token& stop;
  const std::function<void(const StudyProgress&)>& progress;
};

class Study {
 public:
  explicit Study(const Task& task) : task_(task), pass_on_(task.stop, Halt{halt_}) {
    for (const Trial& trial : task_.log.found())
      best_ = better_of(best_, trials_.emplace(trial.number, trial).first->second,
                        task_.settings.better);
    step_over_ended();
    workers_ = worker_count();
  }

  StudyResult run() {
    work_on_all_workers();
    if (failure_) std::rethrow_exception(failure_);
    StudyResult result;
    result.end = prefix_ >= task_.settings.trials ? StudyEnd::all_trials
                 : task_.stop.stop_requested()    ? StudyEnd::stopped
                                                  : StudyEnd::time_budget;
    for (auto& [number, trial] : trials_) result.trials.push_back(std::move(trial));
    return result;
  }

 private:
  struct Beginning {
    std::size_t number = 0;
    Knowledge knowledge;
  };

  void work_on_all_workers() {
    std::vector<std::jthread> helpers;
    try {
      for (std::size_t i = 1; i < workers_; ++i) helpers.emplace_back([this] { work(); });
    } catch (...) {
      end_with(std::current_exception());
    }
    work();
  }

  void work() {
    try {
      while (std::optional<Beginning> beginning = wait_for_next()) {
        std::optional<Trial> trial = run_trial(std::move(*beginning));
        if (trial) keep(std::move(*trial));
      }
    } catch (...) {
      end_with(std::current_exception());
    }
  }

  /// The next number once all is known that its trial has to know; nothing where no further trial
  /// is to begin. Who waits here waits for trials that are running: numbers are given in order.
  std::optional<Beginning> wait_for_next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, halt_.get_token(),
                  [this] { return no_more() || prefix_ >= known_to(next_); });
    if (halt_.stop_requested() || no_more()) return std::nullopt;
    const std::size_t number = next_++;
    step_over_ended();
    return Beginning{number, knowledge_of(trials_, known_to(number), task_.settings.better)};
  }

  std::optional<Trial> run_trial(Beginning beginning) const {
    Random random(task_.settings.seed, beginning.number);
    Trial trial;
    trial.number = beginning.number;
    trial.point = task_.sampler.suggest(task_.space, beginning.knowledge.seen, random);
    const Json values = values_of(task_.space, trial.point);
    RunningTrial running(std::move(trial), task_.pruner, std::move(beginning.knowledge.curves),
                         task_.settings.better, halt_.get_token());
    return running.run(task_.objective, values);
  }

  /// Under the lock to its end: the log and `progress` are called by one thread at a time.
  void keep(Trial trial) {
    const std::lock_guard lock(mutex_);
    task_.log.append(trial);
    const std::size_t number = trial.number;
    const Trial& kept = trials_.emplace(number, std::move(trial)).first->second;
    step_over_ended();
    best_ = better_of(best_, kept, task_.settings.better);
    spent_ += Seconds(kept.duration_seconds);
    ++ended_here_;
    changed_.notify_all();
    if (task_.progress)
      task_.progress({kept, trials_.size(), trials_.size() + left(), best_, time_left()});
  }

  void end_with(std::exception_ptr failure) {
    {
      const std::lock_guard lock(mutex_);
      if (!failure_) failure_ = std::move(failure);
    }
    halt_.request_stop();
  }

  void step_over_ended() {
    while (trials_.contains(prefix_)) ++prefix_;
    while (trials_.contains(next_)) ++next_;
  }

  /// Trial `number` knows the trials below this.
  [[nodiscard]] std::size_t known_to(std::size_t number) const {
    const std::size_t in_flight = std::max<std::size_t>(task_.settings.in_flight, 1);
    return number + 1 > in_flight ? number + 1 - in_flight : 0;
  }

  [[nodiscard]] bool no_more() const {
    const auto& budget = task_.settings.time_budget;
    return next_ >= task_.settings.trials || (budget && Clock::now() - start_ >= *budget);
  }

  /// How many of the numbers below settings.trials have not ended.
  [[nodiscard]] std::size_t left() const {
    const auto end = trials_.lower_bound(task_.settings.trials);
    return task_.settings.trials - static_cast<std::size_t>(std::distance(trials_.begin(), end));
  }

  [[nodiscard]] Seconds time_left() const {
    const Seconds guess = spent_ / static_cast<double>(ended_here_) * static_cast<double>(left()) /
                          static_cast<double>(workers_);
    if (!task_.settings.time_budget) return guess;
    const Seconds budget_left = *task_.settings.time_budget - (Clock::now() - start_);
    return std::clamp(guess, Seconds(0), std::max(budget_left, Seconds(0)));
  }

  /// Never more than there can be trials side by side.
  [[nodiscard]] std::size_t worker_count() const {
    const std::size_t wanted =
        task_.settings.workers != 0 ? task_.settings.workers : std::thread::hardware_concurrency();
    return std::max<std::size_t>(1, std::min({wanted, task_.settings.in_flight, left()}));
  }

  const Task task_;
  const Clock::time_point start_ = Clock::now();
  std::size_t workers_ = 1;
  std::stop_source halt_;  // a stop from outside, or a failure
  std::stop_callback<Halt> pass_on_;

  std::mutex mutex_;  // of all that follows
  // Woken by a stop without the mutex: `progress`, which holds it, may ask for one.
  std::condition_variable_any changed_;
  Trials trials_;           // that have ended
  std::size_t prefix_ = 0;  // all numbers below have ended
  std::size_t next_ = 0;    // the first number that has neither ended nor begun
  const Trial* best_ = nullptr;
  std::size_t ended_here_ = 0;  // in this run
  Seconds spent_{0};            // by those
  std::exception_ptr failure_;
};

}  // namespace

const Trial* StudyResult::best(Better better) const {
  const Trial* best = nullptr;
  for (const Trial& trial : trials) best = better_of(best, trial, better);
  return best;
}

StudyResult run_study(const SearchSpace& space, const Sampler& sampler, const Pruner& pruner,
                      const StudySettings& settings, const Objective& objective, TrialLog& log,
                      const std::stop_token& stop,
                      const std::function<void(const StudyProgress&)>& progress) {
  return Study({space, sampler, pruner, settings, objective, log, stop, progress}).run();
}

}  // namespace diamond
