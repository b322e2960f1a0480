// A report as a page for people: one file that needs no other, and asks nobody for anything.
#pragma once

#include "command.h"

#include <diamond/core/json.h>
#include <diamond/models/estimator_catalog.h>
#include <diamond/registry/model_registry.h>

#include <filesystem>
#include <optional>
#include <string>

namespace diamond::train {

/// The page of a report as `model_report` makes it (report/model_report.h): HTML with its styles,
/// scripts and Vega-Lite in it. Its content security policy allows these scripts and styles, by
/// their hashes, and nothing else.
[[nodiscard]] std::string report_page(const Json& report);

/// Makes the report of a model and writes its page, as a whole; the folder is made where it is
/// missing. Throws what `model_report` throws, and StorageError.
void write_report(const ModelRegistry& registry, const EstimatorCatalog& catalog,
                  const std::string& id, const std::optional<std::string>& against,
                  const std::filesystem::path& file);

/// Writes the report on a model that has become champion to its place in the history, anew where
/// one was written before: against whom it stands has changed. That it cannot be written is a
/// warning: the model is champion all the same.
void report_on_champion(const std::string& id, const ModelRegistry& registry,
                        const Context& context);

}  // namespace diamond::train
