#include <diamond/core/error.h>
#include <diamond/core/spelling.h>
#include <diamond/workers/crew.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <optional>
#include <thread>
#include <utility>

namespace diamond {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds look_every{100};
constexpr std::chrono::milliseconds others_may_follow{500};
constexpr std::chrono::seconds time_to_end{5};

constexpr const char* remedy =
    "nothing was published and the history is as it was; see what the worker said, and train again";

/// What a line of worker 0 says under this key; nothing: it is not worker 0's but, for instance,
/// what a shell greets with.
std::optional<Json> said(const std::string& line, const std::string& key) {
  const Json json = Json::parse(line, nullptr, false);
  return json.is_object() && json.contains(key) ? std::optional(json[key]) : std::nullopt;
}

}  // namespace

Crew::Crew(CrewSettings settings, const std::stop_token& stop, Log& log)
    : settings_(std::move(settings)),
      log_(log),
      tracker_(tracker_address(settings_), static_cast<unsigned>(settings_.size())) {
  const auto started = static_cast<unsigned>(settings_.scheduled ? 1 : settings_.size());
  for (unsigned number = 0; number < started; ++number) start(number);
  log.info("workers are awaited",
           {{"workers", settings_.size()}, {"tracker", to_string(tracker_.address())}});
  greet(stop);
  log.info("workers are there", {{"workers", settings_.size()}});
}

Crew::~Crew() {
  for (Worker& worker : workers_) {
    (void)worker.process.tell(no_more_jobs);
    worker.process.hang_up();
  }
  const auto end = Clock::now() + time_to_end;
  const auto runs = [](Worker& worker) { return !worker.process.poll(); };
  while (Clock::now() < end && std::any_of(workers_.begin(), workers_.end(), runs))
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
}

Json Crew::learn(const Job& job, const std::stop_token& stop) {
  try {
    if (!workers_.front().process.tell(to_json(job).dump())) find_lost_worker();
    return answer("found", stop, std::numeric_limits<double>::infinity());
  } catch (...) {
    workers_.clear();  // before the files go that they read and write
    throw;
  }
}

void Crew::start(unsigned number) {
  const std::string name = name_of_worker(settings_, number);
  try {
    workers_.push_back(
        {name, ChildProcess(command_of_worker(settings_, number, tracker_.address()))});
  } catch (const StorageError& error) {
    throw WorkerError(name, error.what(),
                      settings_.hosts.empty() ? "" : "or name another --remote-shell");
  }
}

/// Worker 0's word that all are there; that they are one program they see to themselves.
void Crew::greet(const std::stop_token& stop) {
  const Json theirs = answer("program", stop, settings_.patience);
  if (theirs == program_of_workers()) return;
  throw WorkerError(
      workers_.front().name,
      "it is " + printable(theirs.dump()) + ", this training is " + program_of_workers(),
      "install the same version on every machine, and start a training that watches "
      "again");
}

/// What worker 0 says next.
Json Crew::answer(const std::string& key, const std::stop_token& stop, double seconds) {
  const auto begin = Clock::now();
  while (true) {
    const auto waited_from = Clock::now();
    if (const auto line = workers_.front().process.next_line(look_every)) {
      if (auto answer = said(*line, key)) return *std::move(answer);
      log_.warning(workers_.front().name + " says: " + printable(*line));
      continue;
    }
    std::this_thread::sleep_until(waited_from + look_every);  // where it will say no more
    if (stop.stop_requested())
      throw TrainingError("workers", "the training was stopped", "nothing of it was published");
    find_lost_worker();
    if (std::chrono::duration<double>(Clock::now() - begin).count() > seconds)
      throw WorkerError(
          "workers",
          "after " + std::to_string(static_cast<int>(seconds)) + " s not all of them are there",
          "see that each reaches the tracker at " + to_string(tracker_.address()));
  }
}

/// Throws where a worker has ended. Its end ends the others: of several, the one that was killed is
/// told of, else the first.
void Crew::find_lost_worker() {
  const auto has_ended = [](Worker& worker) { return worker.process.poll().has_value(); };
  if (std::none_of(workers_.begin(), workers_.end(), has_ended)) return;
  std::this_thread::sleep_for(others_may_follow);
  const auto was_killed = [](Worker& worker) {
    const auto end = worker.process.poll();
    return end && end->signal != 0;
  };
  auto lost = std::find_if(workers_.begin(), workers_.end(), was_killed);
  if (lost == workers_.end()) lost = std::find_if(workers_.begin(), workers_.end(), has_ended);
  throw WorkerError(lost->name, "it " + to_string(*lost->process.poll()), remedy);
}

}  // namespace diamond
