#include "commands.h"

#include <diamond/core/error.h>
#include <diamond/workers/worker.h>

#include <CLI/CLI.hpp>

#include <chrono>
#include <iostream>

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
    app.add_option("--number", number_, "which of the workers this is: 0, 1, 2, ...")->required();
  }

  void run(const Context& context) const override {
    const auto tracker = xgboost::parse_tracker_address(tracker_);
    if (!tracker || tracker->port == 0)
      throw UsageError("--tracker", "this is no address", "write it as HOST:PORT");
    try {
      run_worker(*tracker, number_, std::chrono::seconds(patience_), context.catalog, std::cin,
                 std::cout);
    } catch (const Error& error) {
      throw TrainingError("worker " + std::to_string(number_), error.what(), "");
    }
  }

 private:
  std::string tracker_;
  unsigned number_ = 0;
  unsigned patience_ = 300;  // seconds
};

}  // namespace

std::unique_ptr<Command> worker_command() {
  return std::make_unique<WorkerCommand>();
}

}  // namespace diamond::train
