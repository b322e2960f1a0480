// The model of the history that a command works with.
#pragma once

#include "command.h"

#include <diamond/core/path_lock.h>
#include <diamond/models/model.h>
#include <diamond/registry/manifest.h>
#include <diamond/registry/model_registry.h>
#include <diamond/trust/price_intervals.h>

#include <memory>
#include <optional>
#include <string>

namespace diamond::train {

struct ChosenModel {
  PathLock lease;  // nobody prunes it while it is used
  Manifest manifest;
  std::unique_ptr<const Model> model;
  std::optional<PriceIntervals> intervals;  // nothing: it was published without
};

/// `text`: an id, its beginning, or "champion". The log tells what there is to say of how the model
/// predicts. Throws UsageError where there is none such, StorageError where it cannot be loaded.
[[nodiscard]] ChosenModel choose_model(const std::string& text, const ModelRegistry& registry,
                                       const Context& context);

/// What --model takes, in the help.
inline constexpr const char* model_help = "an id, its beginning, or 'champion' (default: champion)";

}  // namespace diamond::train
