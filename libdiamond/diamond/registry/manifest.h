// What one model is: what it was trained on, how, and how well. The content of `manifest.json`.
//
// Format (JSON, one object):
//   schema_version   1
//   id               "20261123T081500Z-linear-3fa9c1": time (UTC), kind, six hexadecimal digits
//   kind, name       the estimator, and what the configuration calls this model
//   created_at       when it was published (UTC, ISO 8601, milliseconds)
//   params           the estimator's parameters, defaults and what tuning found filled in
//   log_target       whether it was fitted to log(price)
//   target           "price", "log" or "sqrt"
//   recipe           {params, tuning}: what the configuration asked for, before anything was found;
//                    models with the same recipe, data and split need not be trained again
//   dataset          {path, sha256, rows, rows_kept, rejected: [{reason, rows}], sources?: [path]}
//   split            {method, test_size, seed, train_rows, test_rows}
//   metrics          {r2, mae, rmse, mape}: on the test rows; those that the configuration asks for
//   slices           [{field, slice, rows, metrics}]: the same by weight and by grade, as
//                    metrics/slices.h makes them; models of earlier versions have none
//   interval         null: there are no intervals; else {coverage, measured_coverage, mean_width}:
//                    of the price intervals in interval.json, as they are meant to do and as they
//                    do on test rows that they were not learned from (trust/price_interval.h)
//   tuning           null: not tuned; else {end, trials: {complete, pruned, failed}, best: {number,
//                    metric, value}, duration_seconds}; end: "all_trials", "time_budget" or
//                    "stopped"
//   duration_seconds from the first training row to the last test prediction
//   versions         {diamond, and the libraries behind the kind}
//   files            {name: sha256} of the model's other files
//   checksum         SHA-256 of this object's compact text without this member: shows an edit by
//   hand
#pragma once

#include <diamond/core/json.h>
#include <diamond/data/cleaning.h>
#include <diamond/data/split.h>
#include <diamond/metrics/regression_metrics.h>
#include <diamond/metrics/slices.h>
#include <diamond/models/target.h>
#include <diamond/trust/price_interval.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace diamond {

struct DatasetFacts {
  std::string path;
  std::string sha256;
  std::size_t rows = 0;
  std::size_t rows_kept = 0;
  std::vector<Rejection> rejected;
  std::vector<std::string> sources;  // the files that were merged; empty: `path` is the one file
};

struct SplitFacts {
  SplitSettings settings;
  std::size_t train_rows = 0;
  std::size_t test_rows = 0;
};

struct Manifest {
  std::string id;
  std::string kind;
  std::string name;
  std::string created_at;
  Json params = Json::object();
  Target target = Target::log_price;
  Json recipe;  // null in manifests of the first version: `params` are what was asked for
  DatasetFacts dataset;
  SplitFacts split;
  std::map<Metric, double> metrics;
  std::vector<SliceFigures> slices;
  std::optional<IntervalFigures> interval;
  Json tuning;
  double duration_seconds = 0;
  Json versions = Json::object();
  std::map<std::string, std::string> files;
};

/// The JSON object described above, checksum included.
[[nodiscard]] Json to_json(const Manifest& manifest);

/// Reads a manifest's text; `place` names the file.
/// Throws StorageError where it is cut short, lacks something, was edited by hand, or is of a newer
/// version.
[[nodiscard]] Manifest parse_manifest(std::string_view text, std::string_view place);

/// Whether both models were judged on the same rows: same data, same split. Only then can their
/// metrics be compared.
[[nodiscard]] bool same_test_rows(const Manifest& a, const Manifest& b);

/// Whether training again would do the same again: same data, split, kind, name, target and recipe;
/// by which metric an untuned model judges itself (promotion.metric) is not part of them. A model
/// whose tuning was stopped before its end is the same as none.
[[nodiscard]] bool same_training(const Manifest& a, const Manifest& b);

/// "shuffle" and "hash".
[[nodiscard]] std::string_view name_of(SplitMethod method);

}  // namespace diamond
