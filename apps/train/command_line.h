// The command line: the shared options, those of training, and the sub-commands with theirs.
#pragma once

#include "command.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <vector>

namespace diamond::train {

class CommandLine {
 public:
  CommandLine();

  /// All options and sub-commands as CLI11 knows them: what help, man page and completions are made
  /// from.
  [[nodiscard]] CLI::App& app() { return app_; }

  /// Throws CLI::ParseError.
  void parse(int argc, const char* const* argv) { app_.parse(argc, argv); }

  /// The shared options, once the command line was parsed.
  [[nodiscard]] const Options& options() const { return options_; }

  /// Runs what was asked for. Throws what goes wrong.
  void run(const EstimatorCatalog& catalog, Log& log) const;

 private:
  struct SubCommand {
    std::unique_ptr<Command> command;
    CLI::App* app;
  };

  void add_shared_options(CLI::App& app);
  void add_subcommand(std::unique_ptr<Command> command);

  CLI::App app_;
  Options options_;
  std::unique_ptr<Command> train_;
  std::vector<SubCommand> subcommands_;
};

}  // namespace diamond::train
