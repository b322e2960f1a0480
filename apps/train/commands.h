// The commands: a file each.
#pragma once

#include "command.h"

#include <memory>

namespace diamond::train {

/// Trains what the configuration says: what the program does without a sub-command.
[[nodiscard]] std::unique_ptr<Command> train_command();

/// Lists every model, the best first.
[[nodiscard]] std::unique_ptr<Command> history_command();

/// Shows all that is known of one model.
[[nodiscard]] std::unique_ptr<Command> show_command();

/// Makes a model champion by hand.
[[nodiscard]] std::unique_ptr<Command> promote_command();

/// Makes the champion before this one champion again.
[[nodiscard]] std::unique_ptr<Command> rollback_command();

/// Prices the stones of a CSV file.
[[nodiscard]] std::unique_ptr<Command> predict_command();

/// Says why a stone has its price.
[[nodiscard]] std::unique_ptr<Command> explain_command();

/// Judges a model by other data.
[[nodiscard]] std::unique_ptr<Command> evaluate_command();

/// Judges two models by rows that neither has seen.
[[nodiscard]] std::unique_ptr<Command> compare_command();

/// Writes a page about one model.
[[nodiscard]] std::unique_ptr<Command> report_command();

/// Removes old models, and the data that no model needs any more.
[[nodiscard]] std::unique_ptr<Command> prune_command();

/// Reads all of the history, and tells what is not as it was written.
[[nodiscard]] std::unique_ptr<Command> verify_command();

/// Copies a model with its data, for use elsewhere.
[[nodiscard]] std::unique_ptr<Command> export_command();

/// Learns with others, for a training with --workers.
[[nodiscard]] std::unique_ptr<Command> worker_command();

/// Lists the kinds of model with their parameters.
[[nodiscard]] std::unique_ptr<Command> kinds_command();

}  // namespace diamond::train
