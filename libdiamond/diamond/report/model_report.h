// All that a person needs to decide whether a model is good: one JSON document.
//
// clang-format off
// Format:
//   model        {id, kind, name, created_at, target, params, versions, duration_seconds, is_champion,
//                standing}; standing: since when it is champion and why; null: it is not
//   data         the manifest's dataset and its split: {path, sha256, rows, rows_kept, rejected, sources?, split}
//   metrics      [{metric, unit, better, value, low, high}]: on all test rows; the 95 % bootstrap
//                interval (metrics/bootstrap_interval.h)
//   predictions  see sample_of_predictions, errors: errors_by_group, worst: worst_stones (errors.h)
//   calibration  {price, interval}: see calibration.h
//   importance, effects: see effects.h
//   tuning       null: not tuned; else {metric, better, end, parameters: [{name, scale}], trials: [{number, state,
//                value, best, params, duration_seconds}]}; scale: "linear", "log" or "choice"; best: the best
//                value until then
// clang-format on
#pragma once

#include <diamond/core/json.h>
#include <diamond/models/estimator_catalog.h>
#include <diamond/registry/model_registry.h>

#include <string>

namespace diamond {

/// The report of a model. Reads the model, its trials and its data set, and asks the model some
/// hundred thousand prices: about a second for 54 thousand rows. Throws what `judge` throws.
[[nodiscard]] Json model_report(const ModelRegistry& registry, const EstimatorCatalog& catalog,
                                const std::string& id);

}  // namespace diamond
