// diamond-train: reads the command line, runs what it asks for, turns errors into exit codes.
#include "command_line.h"

#include <diamond/core/error.h>

#include <iostream>

namespace diamond::train {
namespace {

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
    if (error.get_exit_code() == 0) return command_line.app().exit(error);
    std::cerr << "diamond-train: " << error.what() << "; diamond-train --help lists the options\n";
    return 2;
  }
  return diamond::train::run(command_line);
}
