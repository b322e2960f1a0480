#include "catch.h"
#include "support/messages.h"
#include "support/temporary_directory.h"

#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/tuning/study.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <condition_variable>
#include <mutex>
#include <new>
#include <numeric>
#include <set>
#include <sstream>
#include <thread>

using namespace diamond;
using namespace diamond::testing;

namespace {

const SearchSpace mixed = {{"x", FloatRange{-5, 5}},
                           {"r", FloatRange{1e-4, 1, Scale::logarithmic}},
                           {"k", IntRange{1, 10}},
                           {"c", Choices{{"a", "b", "c"}}}};

double square(double x) {
  return x * x;
}

/// Some trials complete, some are pruned on the way, some fail, and one value is not finite.
TrialResult curved(const Json& values, TrialControl& control) {
  const double x = values["x"];
  const int k = values["k"];
  if (x > 4) throw std::runtime_error("x is too large: " + values["x"].dump());
  if (x < -4.5) return {std::nan(""), {}};
  const double loss = square(x - 1.5) + square(std::log10(values["r"].get<double>()) + 2) +
                      square((k - 7) / 3.0) + (values["c"] == "b" ? 0 : 1);
  for (int checkpoint = 1; checkpoint <= 5 && !control.stop.stop_requested(); ++checkpoint)
    control.report(loss + 4.0 / checkpoint);
  return {loss, {{"trees", 10 * k}, {"rate", loss / 3}}};
}

/// A study and the parts that a test does not speak of.
struct Study {
  SearchSpace space = mixed;
  StudySettings settings = {.trials = 40, .seed = 7, .workers = 2};
  Objective objective = curved;
  std::unique_ptr<Sampler> sampler = make_tpe_sampler();
  std::unique_ptr<Pruner> pruner = make_percentile_pruner();
  std::stop_source stop = std::stop_source();
  std::function<void(const StudyProgress&)> progress = {};

  [[nodiscard]] StudyResult run(TrialLog& log) const {
    return run_study(space, *sampler, *pruner, settings, objective, log, stop.get_token(),
                     progress);
  }
  [[nodiscard]] StudyResult run(const std::filesystem::path& file) const {
    TrialLog log(file, space);
    return run(log);
  }
  [[nodiscard]] StudyResult run() const {
    const TemporaryDirectory directory;
    return run(directory / "trials.jsonl");
  }
};

/// All of the trials but what they lasted, to the bit.
std::vector<std::string> lines(std::vector<Trial> trials, const SearchSpace& space = mixed) {
  std::vector<std::string> lines;
  for (Trial& trial : trials) {
    trial.duration_seconds = 0;
    lines.push_back(to_line(trial, space));
  }
  return lines;
}

std::size_t count(const std::vector<Trial>& trials, TrialState state) {
  return static_cast<std::size_t>(std::count_if(
      trials.begin(), trials.end(), [&](const Trial& trial) { return trial.state == state; }));
}

/// Suggests what it is told to make of what it sees.
class Seeing : public Sampler {
 public:
  using Suggest = std::function<double(std::span<const Observation>)>;
  explicit Seeing(Suggest suggest) : suggest_(std::move(suggest)) {}
  [[nodiscard]] Point suggest(const SearchSpace& /*space*/, std::span<const Observation> seen,
                              Random& /*random*/) const override {
    return {suggest_(seen)};
  }

 private:
  Suggest suggest_;
};

class Pruning : public Pruner {
 public:
  using Rule = std::function<bool(std::span<const double>, std::span<const Curve>)>;
  explicit Pruning(Rule rule) : rule_(std::move(rule)) {}
  [[nodiscard]] bool should_prune(std::span<const double> curve,
                                  std::span<const Curve> before) const override {
    return rule_(curve, before);
  }

 private:
  Rule rule_;
};

/// A study over one number, the trial's own, with objectives that look at nothing but that.
Study counting(std::size_t trials, std::size_t in_flight, Objective objective) {
  Study study;
  study.space = {{"seen", FloatRange{-1e9, 1e9}}};
  study.settings.trials = trials;
  study.settings.in_flight = in_flight;
  study.settings.workers = in_flight;
  study.objective = std::move(objective);
  study.sampler = make_random_sampler();
  study.pruner = make_no_pruner();
  return study;
}

TrialResult number_itself(const Json& /*values*/, TrialControl& control) {
  return {static_cast<double>(control.number), {}};
}

void wait_for(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock lock(mutex);
  stopped.wait(lock, stop, [] { return false; });
}

}  // namespace

TEST_CASE("a study ends with the same trials on any number of workers") {
  Study study;
  std::vector<std::vector<std::string>> results;
  for (const std::size_t workers : {1U, 2U, 5U}) {
    study.settings.workers = workers;
    study.settings.in_flight = 5;
    const StudyResult result = study.run();
    CHECK(result.end == StudyEnd::all_trials);
    CHECK(count(result.trials, TrialState::complete) > 5);
    CHECK(count(result.trials, TrialState::pruned) > 2);
    CHECK(count(result.trials, TrialState::failed) > 0);
    results.push_back(lines(result.trials));
  }
  REQUIRE(results[0].size() == 40);
  CHECK(results[0] == results[1]);
  CHECK(results[0] == results[2]);
}

TEST_CASE("a study of another seed has other trials") {
  Study study;
  const auto first = lines(study.run().trials);
  study.settings.seed = 8;
  CHECK(lines(study.run().trials) != first);
}

TEST_CASE("a study that was killed after any trial and is run again ends as one that was not") {
  Study study;
  study.settings.workers = 3;
  const auto whole = lines(study.run().trials);
  for (const std::size_t killed_after : {1U, 2U, 7U, 13U, 25U, 39U}) {
    const TemporaryDirectory directory;
    const auto file = directory / "trials.jsonl";
    Study killed;
    killed.settings.workers = 3;
    killed.progress = [&](const StudyProgress& progress) {
      if (progress.ended == killed_after) throw std::runtime_error("killed");
    };
    CHECK(message_of<std::runtime_error>([&] { (void)killed.run(file); }) == "killed");
    REQUIRE(TrialLog(file, mixed).found().size() >= killed_after);
    CHECK(lines(study.run(file).trials) == whole);
    CHECK(lines(TrialLog(file, mixed).found()) == whole);
  }
}

TEST_CASE("a study whose last line is torn ends as one that was not killed") {
  const TemporaryDirectory directory;
  const auto file = directory / "trials.jsonl";
  Study study;
  study.settings.trials = 15;
  const auto whole = lines(study.run(file).trials);
  const std::string content = read_file(file);
  for (std::size_t length = 0; length < content.size(); length += 211) {
    directory.write("trials.jsonl", content.substr(0, length));
    REQUIRE(lines(study.run(file).trials) == whole);
  }
}

TEST_CASE("a study whose lines are out of order or lack some ends the same") {
  const TemporaryDirectory directory;
  const auto file = directory / "trials.jsonl";
  Study study;
  const auto whole = lines(study.run(file).trials);
  std::vector<std::string> kept;
  std::istringstream content(read_file(file));
  for (std::string line; std::getline(content, line);)
    if (kept.size() % 3 != 1 || kept.empty()) kept.push_back(line);
  std::reverse(kept.begin(), kept.end());
  std::string text;
  for (std::size_t i = 0; i < kept.size(); ++i)
    if (i % 4 != 0) text += kept[i] + "\n";
  directory.write("trials.jsonl", text);
  CHECK(lines(study.run(file).trials) == whole);
}

TEST_CASE("a study that is complete runs nothing again") {
  const TemporaryDirectory directory;
  const auto file = directory / "trials.jsonl";
  Study study;
  const auto whole = lines(study.run(file).trials);
  study.objective = [](const Json&, TrialControl&) -> TrialResult {
    throw StorageError("", "", "");
  };
  const StudyResult again = study.run(file);
  CHECK(again.end == StudyEnd::all_trials);
  CHECK(lines(again.trials) == whole);
}

TEST_CASE("trials on file beyond those that are asked for count") {
  const TemporaryDirectory directory;
  const auto file = directory / "trials.jsonl";
  Study study = counting(8, 2, [](const Json&, TrialControl& control) -> TrialResult {
    return {-static_cast<double>(control.number), {}};
  });
  (void)study.run(file);
  study.settings.trials = 3;
  const StudyResult result = study.run(file);
  CHECK(result.end == StudyEnd::all_trials);
  CHECK(result.trials.size() == 8);
  CHECK(result.best(Better::lower)->number == 7);
}

TEST_CASE("a trial knows the trials up to its number less those in flight, and no other") {
  for (const std::size_t in_flight : {1U, 2U, 4U, 50U}) {
    Study study = counting(20, in_flight, number_itself);
    study.sampler = std::make_unique<Seeing>([](std::span<const Observation> seen) {
      double sum = 0;
      for (const Observation& one : seen) sum += one.loss;
      return sum + 1000 * static_cast<double>(seen.size());
    });
    for (const Trial& trial : study.run().trials) {
      double expected = 0;
      for (std::size_t i = 0; i + in_flight <= trial.number; ++i)
        expected += 1000 + static_cast<double>(i);
      INFO(in_flight << " in flight, trial " << trial.number);
      CHECK(trial.point[0] == expected);
    }
  }
}

TEST_CASE("as many trials run side by side as may be in flight") {
  std::atomic<int> running = 0;
  Study study = counting(12, 4, [&](const Json&, TrialControl& control) -> TrialResult {
    if (control.number < 4) {  // the first four wait for each other
      ++running;
      while (running < 4) std::this_thread::yield();
    }
    return {1, {}};
  });
  study.settings.workers = 9;
  CHECK(study.run().trials.size() == 12);
}

TEST_CASE("a pruner is given the curves of the trials before, as losses") {
  std::mutex mutex;
  std::vector<std::vector<Curve>> given;
  Study study = counting(4, 1, [](const Json&, TrialControl& control) -> TrialResult {
    if (control.number == 1) throw std::runtime_error("fails");
    control.report(10 + static_cast<double>(control.number));
    return {1, {}};
  });
  study.settings.better = Better::higher;
  study.pruner = std::make_unique<Pruning>([&](auto curve, auto before) {
    const std::lock_guard lock(mutex);
    given.emplace_back(before.begin(), before.end()).emplace_back(curve.begin(), curve.end());
    return false;
  });
  const StudyResult result = study.run();
  CHECK(result.trials[3].curve == Curve{13});
  CHECK(given == std::vector<std::vector<Curve>>{{{-10}}, {{-10}, {-12}}, {{-10}, {-12}, {-13}}});
}

TEST_CASE("a pruned trial is pruned whatever its objective does afterwards") {
  Study study = counting(3, 1, [](const Json&, TrialControl& control) -> TrialResult {
    control.report(5);
    CHECK_FALSE(control.stop.stop_requested());
    control.report(6);
    CHECK(control.stop.stop_requested());
    control.report(7);
    if (control.number == 1) throw std::runtime_error("after its end");
    return {control.number == 2 ? std::nan("") : 1.0, {{"trees", 3}}};
  });
  study.pruner = std::make_unique<Pruning>([](auto curve, auto) { return curve.size() >= 2; });
  const StudyResult result = study.run();
  REQUIRE(result.trials.size() == 3);
  for (const Trial& trial : result.trials) {
    CHECK(trial.state == TrialState::pruned);
    CHECK(trial.value == 6);
    CHECK(trial.curve == Curve{5, 6});
    CHECK(trial.found.empty());
    CHECK(trial.error.empty());
  }
  CHECK(result.best(Better::lower) == nullptr);
}

TEST_CASE(
    "a pruned trial counts with its last value, but as no better than the best complete one") {
  std::mutex mutex;
  std::vector<Observation> seen_last;
  Study study = counting(5, 1, [](const Json&, TrialControl& control) -> TrialResult {
    const auto number = static_cast<double>(control.number);
    control.report(number == 1 ? -100 : number == 2 ? 100 : 0);
    return {number, {}};
  });
  study.pruner = std::make_unique<Pruning>([](auto curve, auto) { return curve.back() != 0; });
  study.sampler = std::make_unique<Seeing>([&](std::span<const Observation> seen) {
    const std::lock_guard lock(mutex);
    seen_last.assign(seen.begin(), seen.end());
    return static_cast<double>(seen.size());
  });
  (void)study.run();
  REQUIRE(seen_last.size() == 4);  // trials 0 to 3; 1 and 2 are pruned
  CHECK(seen_last[0].loss == 0);
  CHECK(seen_last[1].loss > 0);
  CHECK(seen_last[1].loss < 0.1);
  CHECK(seen_last[2].loss == 100);
  CHECK(seen_last[3].loss == 3);
}

TEST_CASE("where higher is better losses are the negated values") {
  std::mutex mutex;
  std::vector<double> losses;
  Study study = counting(4, 1, number_itself);
  study.settings.better = Better::higher;
  study.sampler = std::make_unique<Seeing>([&](std::span<const Observation> seen) {
    const std::lock_guard lock(mutex);
    losses.clear();
    for (const Observation& one : seen) losses.push_back(one.loss);
    return 0;
  });
  const StudyResult result = study.run();
  CHECK(losses == std::vector<double>{0, -1, -2});
  CHECK(result.trials[3].value == 3);
  CHECK(result.best(Better::higher)->number == 3);
  CHECK(result.best(Better::lower)->number == 0);
}

TEST_CASE("of equally good trials the earliest is the best") {
  const Study study = counting(6, 3, [](const Json&, TrialControl& control) -> TrialResult {
    return {control.number < 2 ? 5.0 : 1.0, {}};
  });
  CHECK(study.run().best(Better::lower)->number == 2);
}

TEST_CASE("a trial that fails is logged with its reason, and tells the sampler nothing") {
  std::atomic<std::size_t> most_seen = 0;
  Study study = counting(4, 1, [](const Json&, TrialControl& control) -> TrialResult {
    if (control.number == 0) throw std::runtime_error("bad \xff bytes");
    if (control.number == 1) throw 7;
    if (control.number == 2) return {std::numeric_limits<double>::infinity(), {}};
    control.report(1);
    control.report(std::nan(""));
    CHECK(control.stop.stop_requested());
    control.report(2);
    return {1, {}};
  });
  study.sampler = std::make_unique<Seeing>([&](std::span<const Observation> seen) {
    most_seen = std::max(most_seen.load(), seen.size());
    return 0;
  });
  const TemporaryDirectory directory;
  const StudyResult result = study.run(directory / "trials.jsonl");
  CHECK(result.end == StudyEnd::all_trials);
  REQUIRE(count(result.trials, TrialState::failed) == 4);
  CHECK(result.trials[0].error == "bad \xef\xbf\xbd bytes");
  check_says(result.trials[1].error, {"no std::exception"});
  check_says(result.trials[2].error, {"value is not finite"});
  check_says(result.trials[3].error, {"checkpoint 1 is not finite"});
  CHECK(result.trials[3].curve == Curve{1});
  CHECK(result.best(Better::lower) == nullptr);
  CHECK(most_seen == 0);
  CHECK(lines(TrialLog(directory / "trials.jsonl", study.space).found(), study.space) ==
        lines(result.trials, study.space));
}

TEST_CASE("what a trial found is the same in memory and on file") {
  const TemporaryDirectory directory;
  const Study study = counting(1, 1, [](const Json&, TrialControl&) -> TrialResult {
    return {1, {{"rate", std::nan("")}, {"name", "\xff"}}};
  });
  const StudyResult result = study.run(directory / "trials.jsonl");
  CHECK(result.trials[0].found["rate"].is_null());
  CHECK(result.trials[0].found ==
        TrialLog(directory / "trials.jsonl", study.space).found()[0].found);
}

TEST_CASE("an objective without storage or memory ends the study, and the other trials") {
  const TemporaryDirectory directory;
  const auto file = directory / "trials.jsonl";
  std::atomic<bool> stopped = false;
  Study study = counting(10, 2, [&](const Json&, TrialControl& control) -> TrialResult {
    if (control.number == 1) throw StorageError("disk", "is full", "");
    wait_for(control.stop);
    stopped = true;
    return {1, {}};
  });
  CHECK(message_of<StorageError>([&] { (void)study.run(file); }) == "disk: is full");
  CHECK(stopped);
  CHECK(TrialLog(file, study.space).found().empty());

  study.objective = [](const Json&, TrialControl&) -> TrialResult { throw std::bad_alloc(); };
  CHECK_THROWS_AS(study.run(file), std::bad_alloc);
  CHECK(TrialLog(file, study.space).found().empty());
}

TEST_CASE("a log that cannot be written ends the study") {
  if (!std::filesystem::exists("/dev/full")) return;
  const TemporaryDirectory directory;
  const auto file = directory / "trials.jsonl";
  std::filesystem::create_symlink("/dev/full", file);
  check_says(message_of<StorageError>([&] { (void)Study().run(file); }),
             {file.string(), "No space left"});
}

TEST_CASE("a study that is stopped keeps what has ended, and goes on when it is run again") {
  const TemporaryDirectory directory;
  const auto file = directory / "trials.jsonl";
  const auto whole = lines(Study().run().trials);
  Study stopped;
  stopped.progress = [&](const StudyProgress& progress) {
    if (progress.ended == 11) stopped.stop.request_stop();
  };
  const StudyResult first = stopped.run(file);
  CHECK(first.end == StudyEnd::stopped);
  CHECK(first.trials.size() < 40);
  CHECK(lines(TrialLog(file, mixed).found()) == lines(first.trials));
  const StudyResult second = Study().run(file);
  CHECK(second.end == StudyEnd::all_trials);
  CHECK(lines(second.trials) == whole);
}

TEST_CASE("a trial that a stop interrupts is not logged, whatever it returns or throws") {
  Study study = counting(10, 2, {});
  study.objective = [&](const Json&, TrialControl& control) -> TrialResult {
    if (control.number == 0) study.stop.request_stop();
    wait_for(control.stop);
    control.report(3);
    if (control.number == 1) throw std::runtime_error("interrupted");
    return {1, {}};
  };
  const StudyResult result = study.run();
  CHECK(result.end == StudyEnd::stopped);
  CHECK(result.trials.empty());
}

TEST_CASE("a study that is stopped before it begins runs nothing") {
  Study study;
  study.stop.request_stop();
  const StudyResult result = study.run();
  CHECK(result.end == StudyEnd::stopped);
  CHECK(result.trials.empty());
}

TEST_CASE("no trial begins after the time budget") {
  Study study;
  study.settings.time_budget = std::chrono::seconds(0);
  CHECK(study.run().end == StudyEnd::time_budget);
  CHECK(study.run().trials.empty());
  study.settings.time_budget = std::chrono::hours(10);
  study.progress = [](const StudyProgress& progress) {
    CHECK(progress.time_left <= std::chrono::hours(10));
  };
  CHECK(study.run().end == StudyEnd::all_trials);

  // The first trial outlives the budget: the others never begin, and nobody waits for them.
  Study slow = counting(10, 2, [](const Json&, TrialControl&) -> TrialResult {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    return {1, {}};
  });
  slow.settings.time_budget = std::chrono::milliseconds(40);
  const StudyResult result = slow.run();
  CHECK(result.end == StudyEnd::time_budget);
  CHECK(result.trials.size() <= 2);
}

TEST_CASE("progress is told of every trial, one at a time, with the best so far") {
  const TemporaryDirectory directory;
  const auto file = directory / "trials.jsonl";
  Study study;
  study.settings.trials = 10;
  (void)study.run(file);
  study.settings.trials = 30;
  std::size_t calls = 0;  // no atomic: the thread sanitizer would see two calls at once
  std::set<std::size_t> numbers;
  double best = std::numeric_limits<double>::infinity();
  study.progress = [&](const StudyProgress& progress) {
    ++calls;
    CHECK(progress.ended == 10 + calls);
    CHECK(progress.trials == 30);
    CHECK(progress.time_left.count() >= 0);
    numbers.insert(progress.trial.number);
    REQUIRE(progress.best != nullptr);
    CHECK(progress.best->value <= best);
    best = progress.best->value;
  };
  const StudyResult result = study.run(file);
  CHECK(calls == 20);
  CHECK(numbers.size() == 20);
  CHECK(*numbers.begin() == 10);
  CHECK(best == result.best(Better::lower)->value);
}

TEST_CASE("a study over choices alone, and one without a choice, end") {
  Study study = counting(30, 4, number_itself);
  study.space = {{"c", Choices{{"a", "b"}}}, {"d", Choices{{1}}}};
  study.sampler = make_tpe_sampler();
  CHECK(study.run().trials.size() == 30);
  study.space = {{"d", Choices{{1}}}};
  CHECK(study.run().trials.size() == 30);
}
