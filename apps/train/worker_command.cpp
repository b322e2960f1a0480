#include "commands.h"

#include <diamond/core/error.h>
#include <diamond/workers/job_line.h>
#include <diamond/workers/worker.h>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <optional>

namespace diamond::train {
namespace {

class WorkerCommand final : public Command {
 public:
  [[nodiscard]] std::string name() const override { return "worker"; }
  [[nodiscard]] std::string summary() const override {
    return "learn with others: started by a training with --workers, or by a scheduler";
  }

  void add_options(CLI::App& app) override {
    app.add_option("--tracker", tracker_, "HOST:PORT of the training")->required();
    app.add_option("--patience", patience_,
                   "seconds for which the training is looked for (default: 300)")
        ->check(CLI::Range(0U, 86'400U));
    app.add_option("--number", number_, "which of the workers this is: 0, 1, 2, ...")
        ->required()
        ->check(CLI::Range(0U, 4095U));
    app.add_flag("--attached", attached_,
                 "read the jobs from standard input, and end with it: what a training starts");
  }

  void run(const Context& context) const override {
    const auto tracker = xgboost::parse_tracker_address(tracker_);
    if (!tracker || tracker->port == 0)
      throw UsageError("--tracker", "this is no address", "write it as HOST:PORT");
    const std::string name = "worker " + std::to_string(number_);
    // The library writes to its neighbour, who may have been killed: an error to be told, no end.
    std::signal(SIGPIPE, SIG_IGN);
    std::optional<JobLine> line;
    if (attached_) line.emplace(STDIN_FILENO, [name] { end_with_the_training(name); });
    const auto next_job = [&] { return line ? line->next() : std::nullopt; };
    try {
      run_worker(*tracker, number_, std::chrono::seconds(patience_), context.catalog, next_job,
                 std::cout);
    } catch (const std::exception& error) {
      throw TrainingError(name, error.what(), "");
    }
  }

 private:
  /// In the middle of whatever is done here: nothing of it is of use to anybody.
  [[noreturn]] static void end_with_the_training(const std::string& name) {
    constexpr int exit_code = 4;  // as of a TrainingError
    std::cerr << name + ": the training that started it is gone\n" << std::flush;
    std::_Exit(exit_code);
  }

  std::string tracker_;
  unsigned number_ = 0;
  unsigned patience_ = 300;  // seconds
  bool attached_ = false;
};

}  // namespace

std::unique_ptr<Command> worker_command() {
  return std::make_unique<WorkerCommand>();
}

}  // namespace diamond::train
