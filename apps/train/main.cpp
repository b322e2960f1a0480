// diamond-train: reads options, calls the library, turns errors into exit codes.
#include "commands.h"
#include "options.h"

#include <diamond/core/error.h>
#include <diamond/core/version.h>
#include <diamond/models/estimator_catalog.h>

#include <CLI/CLI.hpp>

#include <iostream>

namespace diamond::train {
namespace {

constexpr const char* description =
    "Trains models that price diamonds, and keeps a history of them all.\n\n"
    "Without a sub-command it trains: each configured model on each data set.\n\n"
    "Examples:\n"
    "  diamond-train --data data/diamonds.csv\n"
    "  diamond-train --config config/first_run.json --json\n"
    "  diamond-train --model xgboost --trials 50\n"
    "  diamond-train history --sort rmse\n"
    "  diamond-train show champion\n\n"
    "Ctrl-C ends a study with the best so far; a study that was killed goes on where it was.\n"
    "Exit codes: 0 done (also: nothing new to train on), 1 internal error, 2 usage or "
    "configuration,\n"
    "3 data, 4 training failed, 5 another training holds the lock.";

/// The command line: its options and the sub-commands, and what they were found to say.
class CommandLine {
 public:
  CommandLine() {
    app_.set_version_flag("--version", std::string(version()));
    app_.require_subcommand(0, 1);
    add_shared_options(app_);
    add_training_options();
    add_subcommands();
  }

  void parse(int argc, char** argv) { app_.parse(argc, argv); }
  int exit(const CLI::ParseError& error) const { return app_.exit(error); }

  [[nodiscard]] const Options& options() const { return options_; }

  void run(const EstimatorCatalog& catalog, Log& log) const {
    if (history_->parsed()) return history_command(options_, sort_, log);
    if (show_->parsed()) return show_command(options_, model_);
    if (promote_->parsed()) return promote_command(options_, model_);
    if (rollback_->parsed()) return rollback_command(options_);
    if (kinds_->parsed()) return kinds_command(options_, catalog);
    train_command(options_, catalog, log);
  }

 private:
  void add_shared_options(CLI::App& app) {
    app.add_option("--config", options_.config,
                   "configuration file; where it is not given: " + std::string(default_config) +
                       " if it is there, else the defaults");
    app.add_option("--models-dir", options_.models_dir,
                   "model history directory (default: artifacts/models)");
    app.add_flag_callback(
        "--json", [this] { options_.output = Output::json; }, "print JSON on stdout");
    app.add_flag("--quiet", options_.quiet, "say nothing but what went wrong; --json still prints");
    app.add_option("--log-format", options_.log_format,
                   "text or json: the lines on stderr (default: text)")
        ->transform(CLI::CheckedTransformer(std::map<std::string, LogFormat>{
            {"text", LogFormat::text}, {"json", LogFormat::json}}));
  }

  void add_training_options() {
    app_.add_option("--data", options_.data,
                    "CSV file or directory of such, may be repeated (default: data)")
        ->allow_extra_args(false);
    app_.add_option("--model", options_.models,
                    "train only this kind, or the configured model of this name; may be repeated "
                    "(default: all)")
        ->allow_extra_args(false);
    app_.add_option("--seed", options_.seed, "of the split and of every model (default: 42)");
    app_.add_option("--test-size", options_.test_size,
                    "share of the rows to judge on, 0 to 1 (default: 0.2)")
        ->check(open_share());
    app_.add_option("--max-rejected", options_.max_rejected,
                    "share of the rows that cleaning may leave out, 0 to 1 (default: 0.2)")
        ->check(CLI::Range(0.0, 1.0));
    app_.add_option(
            "--trials", options_.trials,
            "trials of each model that is tuned (default: as configured, else 100); xgboost "
            "is tuned then even where the configuration does not ask for it")
        ->check(CLI::Range(std::size_t{1}, std::size_t{100'000}));
    app_.add_option("--time-budget", options_.time_budget,
                    "seconds after which a study begins no further trial (default: none)")
        ->check(CLI::PositiveNumber);
    app_.add_flag("--force", options_.force, "train although nothing is new");
  }

  void add_subcommands() {
    history_ = add_subcommand("history", "every model ever trained, best first");
    history_->add_option("--sort", sort_, "r2, mae, rmse or mape (default: mae)")
        ->check(CLI::IsMember({"r2", "mae", "rmse", "mape"}));
    show_ = add_subcommand("show", "all that is known of a model");
    show_->add_option("ID", model_, "an id, its beginning, or 'champion'")->required();
    promote_ = add_subcommand("promote", "make a model champion: the server follows");
    promote_->add_option("ID", model_, "an id, or its beginning")->required();
    rollback_ = add_subcommand("rollback", "make the champion before this one champion again");
    kinds_ =
        add_subcommand("kinds", "the kinds of model that can be trained, and their parameters");
  }

  CLI::App* add_subcommand(const std::string& name, const std::string& summary) {
    CLI::App* command = app_.add_subcommand(name, summary);
    add_shared_options(*command);
    return command;
  }

  static CLI::Validator open_share() {
    return CLI::Validator(
        [](const std::string& text) {
          double value = 0;
          const bool good = CLI::detail::lexical_cast(text, value) && value > 0 && value < 1;
          return good ? std::string() : "must be a number above 0 and below 1, not " + text;
        },
        "0 to 1");
  }

  CLI::App app_{description, "diamond-train"};
  CLI::App* history_ = nullptr;
  CLI::App* show_ = nullptr;
  CLI::App* promote_ = nullptr;
  CLI::App* rollback_ = nullptr;
  CLI::App* kinds_ = nullptr;
  Options options_;
  std::string sort_;
  std::string model_;
};

int exit_code(const std::exception& error) {
  if (dynamic_cast<const UsageError*>(&error) != nullptr) return 2;
  if (dynamic_cast<const DataError*>(&error) != nullptr) return 3;
  if (dynamic_cast<const TrainingError*>(&error) != nullptr) return 4;
  if (dynamic_cast<const BusyError*>(&error) != nullptr) return 5;
  return 1;
}

int run(const CommandLine& command_line) {
  const Options& options = command_line.options();
  Log log(std::cerr, options.log_format, options.quiet ? LogLevel::warning : LogLevel::info);
  try {
    command_line.run(builtin_estimators(), log);
    std::cout.flush();
    if (!std::cout)
      throw StorageError("stdout", "the result could not be written", "check where it goes");
    return 0;
  } catch (const std::exception& error) {
    log.error(error.what());
    return exit_code(error);
  }
}

}  // namespace
}  // namespace diamond::train

int main(int argc, char** argv) {
  diamond::train::CommandLine command_line;
  try {
    command_line.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return command_line.exit(error);
    std::cerr << "diamond-train: " << error.what() << "; diamond-train --help lists the options\n";
    return 2;
  }
  return diamond::train::run(command_line);
}
