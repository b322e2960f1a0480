#include "commands.h"
#include "folder_watch.h"
#include "interrupt.h"
#include "model_table.h"
#include "report_page.h"
#include "study_progress.h"
#include "validators.h"

#include <diamond/pipeline/training_config.h>
#include <diamond/pipeline/training_pipeline.h>
#include <diamond/registry/model_registry.h>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <chrono>
#include <exception>
#include <iostream>

namespace diamond::train {
namespace {

Json json_of(const std::vector<Manifest>& models) {
  Json array = Json::array();
  for (const Manifest& model : models) array.push_back(to_json(model));
  return array;
}

void print_text(const TrainingResult& result, const ModelRegistry& registry) {
  const std::optional<Champion> champion = registry.champion();
  if (result.trained.empty() && result.stopped)
    std::cout << "stopped before a model was trained\n";
  else if (result.trained.empty())
    std::cout << "nothing new to train on: every model is in the history already (--force trains "
                 "again)\n";
  else
    print_models(std::cout, result.trained, champion ? champion->id : "");
  if (champion)
    std::cout << (result.election.promoted ? "new champion: " : "champion stays: ") << champion->id
              << " (" << result.election.reason << ")\n";
}

/// The line is for a person who waits: at a terminal, with a log that is text.
StudyProgressPrinter::Style progress_style(const Options& options) {
  const bool at_terminal = ::isatty(STDERR_FILENO) == 1;
  return at_terminal && !options.quiet && options.log_format == LogFormat::text
             ? StudyProgressPrinter::Style::line
             : StudyProgressPrinter::Style::log;
}

class TrainCommand final : public Command {
 public:
  [[nodiscard]] std::string name() const override { return ""; }
  [[nodiscard]] std::string summary() const override { return "train every configured model"; }

  void add_options(CLI::App& app) override {
    app.add_option("--data", options_.data,
                   "CSV file or directory of such, may be repeated (default: data)")
        ->allow_extra_args(false);
    app.add_option("--model", options_.models,
                   "train only this kind, or the configured model of this name; may be repeated "
                   "(default: all)")
        ->allow_extra_args(false);
    app.add_option("--seed", options_.seed, "of the split and of every model (default: 42)");
    app.add_option("--test-size", options_.test_size,
                   "share of the rows to judge on, 0 to 1 (default: 0.2)")
        ->check(open_share());
    app.add_option("--max-rejected", options_.max_rejected,
                   "share of the rows that cleaning may leave out, 0 to 1 (default: 0.2)")
        ->check(CLI::Range(0.0, 1.0));
    app.add_option("--trials", options_.trials,
                   "trials of each model that is tuned (default: as configured, else 100); a kind "
                   "that has something to tune is tuned then even where the configuration does "
                   "not ask for it")
        ->check(CLI::Range(std::size_t{1}, std::size_t{100'000}));
    app.add_option("--time-budget", options_.time_budget,
                   "seconds after which a study begins no further trial (default: none)")
        ->check(positive());
    app.add_option(
           "--memory", options_.memory,
           "what the rows may take, such as 512MiB or 4GiB; data that need more stay on the "
           "disk and are learned from there (default: three quarters of the machine's)")
        ->check(amount_of_memory());
    app.add_option("--workers", options_.workers,
                   "learn with so many processes on this machine, or, as HOST,HOST,..., with one "
                   "on each of these (default: this process alone)");
    app.add_option("--remote-shell", options_.remote_shell,
                   "what starts a worker on a host, which comes after it (default: ssh)");
    app.add_option("--tracker", options_.tracker,
                   "HOST:PORT where workers find this machine (default: its name, any port)");
    app.add_flag("--scheduled", options_.scheduled,
                 "a scheduler such as Slurm starts all workers but the first, with "
                 "'diamond-train worker'");
    CLI::Option* force = app.add_flag("--force", options_.force, "train although nothing is new");
    CLI::Option* watch =
        app.add_flag(
               "--watch", watch_,
               "go on until SIGTERM or Ctrl-C: train at once, and whenever a CSV file appears "
               "or changes")
            ->excludes(force);
    app.add_option("--watch-settle", settle_,
                   "seconds in which nothing must happen to a file before it counts as whole "
                   "(default: 5)")
        ->check(CLI::Range(0.0, longest_settle))
        ->needs(watch);
    app.add_flag("--no-report", options_.no_report, "write no page about a new champion");
  }

  void run(const Context& context) const override {
    Log& log = context.log;
    // Before a library makes threads of its own.
    const Interrupt interrupt(
        log, watch_ ? StopSignals::interrupt_and_terminate : StopSignals::interrupt);
    Configuration configuration = read_configuration(context.options, options_);
    for (const std::string& note : configuration.notes) log.warning(note);
    put_into_tuning(options_, context.catalog, configuration);
    const TrainingConfig config =
        parse_training_config(configuration.document, context.catalog, configuration.place);
    if (config.log_file) log.also_write_to(*config.log_file);
    if (watch_ && config.workers && config.workers->scheduled)
      throw UsageError("--watch", "workers that a scheduler starts end with the first training",
                       "let the scheduler start each training, or start workers with --workers");
    if (watch_) return watch(context, config, interrupt.token());
    log.info("training begins",
             {{"configuration", configuration.place}, {"models_dir", config.models_path.string()}});
    train_once(context, config, interrupt.token());
  }

 private:
  static constexpr double longest_settle = 86'400;  // a day

  /// `watch` without on_trial, which is set here.
  [[nodiscard]] TrainingResult train(const Context& context, const TrainingConfig& config,
                                     TrainingWatch watch) const {
    StudyProgressPrinter printer(progress_style(context.options), std::cerr, context.log);
    watch.on_trial = [&](const std::string& model, const StudyProgress& progress) {
      printer.tell(model, progress);
    };
    TrainingResult result =
        run_training(config, context.catalog, options_.force ? Repeat::train_again : Repeat::skip,
                     context.log, watch);
    if (config.report && result.election.promoted)
      report_on_champion(*result.election.promoted, ModelRegistry(config.models_path), context);
    return result;
  }

  /// What fails holds up nothing else, and ends the program in the end.
  void train_once(const Context& context, const TrainingConfig& config,
                  const std::stop_token& stop) const {
    std::exception_ptr first_failure;
    const auto note_failure = [&](const std::string& /*data*/, const Error& error) {
      if (first_failure)
        context.log.error(error.what());
      else
        first_failure = std::current_exception();
    };
    const TrainingResult result = train(context, config, {stop, {}, note_failure});
    const bool is_worth_printing = !result.trained.empty() || !first_failure;
    if (is_worth_printing) print(result, context.options, config);
    if (first_failure) std::rethrow_exception(first_failure);
    if (result.stopped && result.trained.empty())
      throw TrainingError("diamond-train", "the training was stopped before a model was whole",
                          "nothing was published; train again");
  }

  void watch(const Context& context, const TrainingConfig& all, const std::stop_token& stop) const {
    const auto train_once = [&](const TrainingConfig& config,
                                const FolderWatch::OnFailure& on_failure) {
      const auto tell = [&](const std::string& data, const Error& error) {
        if (stop.stop_requested())  // what is given up is no fault of the data
          context.log.warning(error.what());
        else
          on_failure(data, error);
      };
      print(train(context, config, {stop, {}, tell}), context.options, config);
    };
    const std::chrono::duration<double> settle(settle_);
    FolderWatch folder(all, std::chrono::duration_cast<FolderWatch::Clock::duration>(settle),
                       train_once, context.log);
    folder.run(stop);
  }

  /// A watching program prints an array a line: a program that reads them sees where one ends.
  void print(const TrainingResult& result, const Options& options,
             const TrainingConfig& config) const {
    if (options.output == Output::json)
      std::cout << json_of(result.trained).dump(watch_ ? -1 : 1) << '\n';
    else if (!options.quiet)
      print_text(result, ModelRegistry(config.models_path));
    std::cout.flush();
  }

  TrainingOptions options_;
  bool watch_ = false;
  double settle_ = 5;  // seconds
};

}  // namespace

std::unique_ptr<Command> train_command() {
  return std::make_unique<TrainCommand>();
}

}  // namespace diamond::train
