#include <diamond/core/error.h>
#include <diamond/workers/crew.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <thread>
#include <utility>

namespace diamond {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds look_every{100};
constexpr std::chrono::milliseconds others_may_follow{500};

constexpr const char* remedy =
    "nothing was published and the history is as it was; see what the worker said, and train again";

std::string this_host() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

xgboost::TrackerAddress address_of(const CrewSettings& settings) {
  xgboost::TrackerAddress address = settings.tracker;
  if (address.host.empty())
    address.host = settings.is_on_this_machine() ? "127.0.0.1" : this_host();
  return address;
}

}  // namespace

Crew::Crew(CrewSettings settings, const std::stop_token& stop, Log& log)
    : settings_(std::move(settings)),
      tracker_(address_of(settings_), static_cast<unsigned>(settings_.size())) {
  if (settings_.program.empty())
    settings_.program = std::filesystem::read_symlink("/proc/self/exe");
  const auto started = static_cast<unsigned>(settings_.scheduled ? 1 : settings_.size());
  for (unsigned number = 0; number < started; ++number) start(number);
  log.info("workers are awaited",
           {{"workers", settings_.size()}, {"tracker", to_string(tracker_.address())}});
  const Json hello = answer(stop, settings_.patience);
  log.info("workers are there", {{"workers", hello.at("workers")}});
}

Crew::~Crew() {
  for (Worker& worker : workers_) worker.process.hang_up();
  const auto end = Clock::now() + others_may_follow;
  const auto runs = [](Worker& worker) { return !worker.process.poll(); };
  while (Clock::now() < end && std::any_of(workers_.begin(), workers_.end(), runs))
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
}

Json Crew::learn(const Job& job, const std::stop_token& stop) {
  if (!workers_.front().process.tell(to_json(job).dump())) find_lost_worker();
  return answer(stop, std::numeric_limits<double>::infinity()).at("found");
}

void Crew::start(unsigned number) {
  std::vector<std::string> command;
  std::string name = "worker " + std::to_string(number);
  if (!settings_.hosts.empty()) {
    command = settings_.remote_shell;
    command.push_back(settings_.hosts[number]);
    name += " on " + settings_.hosts[number];
  }
  const std::vector<std::string> words = {
      settings_.program.string(),    "worker",   "--tracker",
      to_string(tracker_.address()), "--number", std::to_string(number)};
  command.insert(command.end(), words.begin(), words.end());
  workers_.push_back({std::move(name), ChildProcess(command)});
}

/// What worker 0 says next.
Json Crew::answer(const std::stop_token& stop, double seconds) {
  const auto begin = Clock::now();
  while (true) {
    const auto waited_from = Clock::now();
    if (const auto line = workers_.front().process.next_line(look_every)) return Json::parse(*line);
    std::this_thread::sleep_until(waited_from + look_every);  // where it will say no more
    if (stop.stop_requested())
      throw TrainingError("workers", "the training was stopped", "nothing of it was published");
    find_lost_worker();
    if (std::chrono::duration<double>(Clock::now() - begin).count() > seconds)
      throw TrainingError(
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
  throw TrainingError(lost->name, "it " + to_string(*lost->process.poll()), remedy);
}

}  // namespace diamond
