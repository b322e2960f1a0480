// All that a person needs to decide whether a model is good: one JSON document.
//
// clang-format off
// Format:
//   made_at      when the report was made, UTC: what it says of the champion and of its rival holds for then
//   model        {id, kind, name, created_at, target, params, versions, duration_seconds, is_champion,
//                standing}; standing: since when it is champion and why; null: it is not
//   data         the manifest's dataset and its split: {path, sha256, rows, rows_kept, rejected, sources?, split}
//   metrics      [{metric, unit, better, value, low, high}]: on all test rows; the 95 % bootstrap
//                interval (metrics/bootstrap_interval.h)
//   predictions  see sample_of_predictions, errors: errors_by_group, worst: worst_stones (errors.h)
//   calibration  {price, interval}: see calibration.h
//   importance, effects: see effects.h
//   against      null: nothing to compare with; {holder, reason}: why it cannot be compared; else the comparison
//                with another model as to_json(PairReport) gives it (pair_report.h)
//   tuning       null: not tuned; else {metric, better, end, parameters: [{name, scale}], trials: [{number, state,
//                value, best, params, duration_seconds}]}; scale: "linear", "log" or "choice"; best: the best
//                value until then
// clang-format on
#pragma once

#include <diamond/core/json.h>
#include <diamond/models/estimator_catalog.h>
#include <diamond/registry/model_registry.h>

#include <optional>
#include <string>

namespace diamond {

/// The report of a model, compared with the model `against`, where there is one. Reads the models,
/// the trials and the data sets, and asks the model some hundred thousand prices: about two seconds
/// for 54 thousand rows. That the two cannot be compared is no error. Throws what `judge` throws.
[[nodiscard]] Json model_report(const ModelRegistry& registry, const EstimatorCatalog& catalog,
                                const std::string& id,
                                const std::optional<std::string>& against = std::nullopt);

/// What a model is compared with where nobody says: the champion; the champion itself with the
/// latest one before it that still stands. Nothing where there is none, or champion.json is broken.
[[nodiscard]] std::optional<std::string> usual_rival(const ModelRegistry& registry,
                                                     const std::string& id);

}  // namespace diamond
