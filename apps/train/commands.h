// The sub-commands. Each writes its result to stdout, and throws what goes wrong.
#pragma once

#include "options.h"

#include <diamond/core/log.h>
#include <diamond/models/estimator_catalog.h>

#include <string>

namespace diamond::train {

/// Trains what the configuration says.
void train_command(const Options& options, const EstimatorCatalog& catalog, Log& log);

/// Lists every model, the best by `sort` first; an empty `sort` means mae.
void history_command(const Options& options, const std::string& sort, Log& log);

/// Shows one model: an id, its beginning, or "champion".
void show_command(const Options& options, const std::string& model);

/// Makes a model champion by hand.
void promote_command(const Options& options, const std::string& model);

/// Makes the champion before this one champion again.
void rollback_command(const Options& options);

/// Lists the kinds of model with their parameters.
void kinds_command(const Options& options, const EstimatorCatalog& catalog);

}  // namespace diamond::train
