#include "command_line.h"

#include "commands.h"

#include <diamond/core/version.h>

#include <map>
#include <string>
#include <utility>

namespace diamond::train {
namespace {

constexpr const char* description =
    "Trains models that price diamonds, and keeps a history of them all.\n\n"
    "Without a sub-command it trains: each configured model on each data set.\n\n"
    "Examples:\n"
    "  diamond-train --data data/diamonds.csv\n"
    "  diamond-train --config config/first_run.json --json\n"
    "  diamond-train --model xgboost --trials 50\n"
    "  diamond-train --watch --data /srv/prices\n"
    "  diamond-train --workers alpha,beta --data /srv/shared/prices\n"
    "  diamond-train history --sort rmse --where kind=xgboost\n"
    "  diamond-train show champion\n"
    "  diamond-train predict --data stones.csv --out priced.csv\n\n"
    "Ctrl-C ends a study with the best so far; a study that was killed goes on where it was.\n"
    "Exit codes: 0 done (also: nothing new to train on), 1 a file cannot be read or written, or "
    "an internal error,\n"
    "2 usage or configuration, 3 data (also: verify found damage), 4 training failed or was "
    "stopped "
    "too soon,\n"
    "5 another training or export holds the lock.";

}  // namespace

CommandLine::CommandLine() : app_(description, "diamond-train"), train_(train_command()) {
  app_.set_version_flag("--version", std::string(version()));
  app_.require_subcommand(0, 1);
  add_shared_options(app_);
  train_->add_options(app_);
  add_subcommand(history_command());
  add_subcommand(show_command());
  add_subcommand(report_command());
  add_subcommand(promote_command());
  add_subcommand(rollback_command());
  add_subcommand(predict_command());
  add_subcommand(explain_command());
  add_subcommand(evaluate_command());
  add_subcommand(compare_command());
  add_subcommand(prune_command());
  add_subcommand(verify_command());
  add_subcommand(export_command());
  add_subcommand(kinds_command());
  add_subcommand(worker_command());
}

void CommandLine::run(const EstimatorCatalog& catalog, Log& log) const {
  const Context context{options_, catalog, log};
  for (const SubCommand& sub : subcommands_)
    if (sub.app->parsed()) return sub.command->run(context);
  train_->run(context);
}

void CommandLine::add_shared_options(CLI::App& app) {
  app.add_option("--config", options_.config,
                 "configuration file; where it is not given: " + std::string(default_config) +
                     " if it is there, else the defaults");
  app.add_option("--models-dir", options_.models_dir,
                 "model history directory (default: artifacts/models)");
  app.add_flag_callback(
      "--json", [this] { options_.output = Output::json; }, "print JSON on stdout");
  app.add_flag("--quiet", options_.quiet, "say nothing but what went wrong; --json still prints");
  app.add_option_function<std::string>(
         "--log-format",
         [this](const std::string& format) {
           options_.log_format = format == "json" ? LogFormat::json : LogFormat::text;
         },
         "text or json: the lines on stderr (default: text)")
      ->check(CLI::IsMember({"text", "json"}));
}

void CommandLine::add_subcommand(std::unique_ptr<Command> command) {
  CLI::App* app = app_.add_subcommand(command->name(), command->summary());
  add_shared_options(*app);
  command->add_options(*app);
  subcommands_.push_back({std::move(command), app});
}

}  // namespace diamond::train
