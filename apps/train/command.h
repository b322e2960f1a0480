// What diamond-train does: a command with its own options, and what all commands are given.
#pragma once

#include "options.h"

#include <diamond/core/log.h>
#include <diamond/models/estimator_catalog.h>

#include <string>

namespace CLI {
class App;
}

namespace diamond::train {

/// What every command is run with.
struct Context {
  const Options& options;  // the shared ones
  const EstimatorCatalog& catalog;
  Log& log;
};

/// A command of the program. The help texts, the man page and the completions are all made from
/// what `add_options` says.
class Command {
 public:
  virtual ~Command() = default;

  /// The word that asks for it, and one line about it.
  [[nodiscard]] virtual std::string name() const = 0;
  [[nodiscard]] virtual std::string summary() const = 0;

  /// Adds its own options to the command line; they are kept here. The shared ones are there
  /// already.
  virtual void add_options(CLI::App& /*app*/) {}

  /// Writes its result to stdout and everything else to the log; throws what goes wrong.
  virtual void run(const Context& context) const = 0;
};

}  // namespace diamond::train
