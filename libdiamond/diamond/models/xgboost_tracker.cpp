#include <diamond/core/child_process.h>
#include <diamond/core/error.h>
#include <diamond/core/json.h>
#include <diamond/models/xgboost_error.h>
#include <diamond/models/xgboost_tracker.h>

#include <xgboost/c_api.h>

#include <charconv>
#include <chrono>
#include <string>
#include <vector>

namespace diamond::xgboost {

#ifdef DIAMOND_XGBOOST_HAS_TRACKER

class Tracker::Running {
 public:
  Running(const TrackerAddress& address, unsigned workers) {
    const Json config = {{"dmlc_communicator", "rabit"},
                         {"n_workers", workers},
                         {"host", address.host},
                         {"port", address.port},
                         {"sortby", sort_by_task}};
    XGBSetGlobalConfig(R"({"verbosity": 0})");
    check(XGTrackerCreate(config.dump().c_str(), &handle_));
    try {
      check(XGTrackerRun(handle_, "{}"));
    } catch (...) {
      XGTrackerFree(handle_);
      throw;
    }
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() { XGTrackerFree(handle_); }

  [[nodiscard]] unsigned port() const {
    const char* text = nullptr;
    check(XGTrackerWorkerArgs(handle_, &text));
    return Json::parse(text).at("dmlc_tracker_port").get<unsigned>();
  }

 private:
  static void check(int status) {
    if (status == 0) return;
    throw WorkerError("workers", "the tracker cannot be started: " + last_error(),
                      "name another address with --tracker");
  }

  static constexpr int sort_by_task = 1;

  TrackerHandle handle_ = nullptr;
};

#else

class Tracker::Running {
 public:
  Running(const TrackerAddress& address, unsigned workers)
      : process_(start({python, "-W", "ignore", "-c", script, address.host,
                        std::to_string(address.port), std::to_string(workers)})) {
    const std::string line = process_.next_line(longest_start).value_or("");
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), port_);
    if (error != std::errc() || end != line.data() + line.size())
      throw WorkerError("workers",
                        line.empty() ? std::string("the tracker cannot be started") : line, remedy);
  }

  [[nodiscard]] unsigned port() const { return port_; }

 private:
  static ChildProcess start(const std::vector<std::string>& command) {
    try {
      return ChildProcess(command);
    } catch (const StorageError& error) {
      throw WorkerError("workers", std::string("the tracker cannot be started: ") + error.what(),
                        remedy);
    }
  }

  static constexpr const char* remedy =
      "install python3-xgboost, or name another address with --tracker";
  static constexpr std::chrono::seconds longest_start{60};
  static constexpr const char* python = "/usr/bin/python3";
  /// Prints the port, or a sentence, and ends with the last worker.
  static constexpr const char* script = R"(import sys
try:
    from xgboost.tracker import RabitTracker
    tracker = RabitTracker(sys.argv[1], int(sys.argv[3]), int(sys.argv[2]), sortby="task")
except Exception as error:
    print("the tracker cannot be started:", error, flush=True)
    sys.exit(1)
tracker.start(int(sys.argv[3]))
print(tracker.port, flush=True)
tracker.join()
)";

  ChildProcess process_;
  unsigned port_ = 0;
};

#endif

Tracker::Tracker(const TrackerAddress& address, unsigned workers)
    : address_(address), running_(std::make_unique<Running>(address, workers)) {
  address_.port = running_->port();
}

Tracker::~Tracker() = default;

}  // namespace diamond::xgboost
