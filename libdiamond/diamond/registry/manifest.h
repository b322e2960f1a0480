// What one model is: what it was trained on, how, and how well. The content of `manifest.json`.
//
// Format (JSON, one object):
//   schema_version   1
//   id               "20261123T081500Z-linear-3fa9c1": time (UTC), kind, six hexadecimal digits
//   kind, name       the estimator, and what the configuration calls this model
//   created_at       when it was published (UTC, ISO 8601, milliseconds)
//   params           the estimator's parameters, defaults filled in
//   log_target       whether it was fitted to log(price)
//   dataset          {path, sha256, rows, rows_kept, rejected: [{reason, rows}], sources?: [path]}
//   split            {method, test_size, seed, train_rows, test_rows}
//   metrics          {r2, mae, rmse, mape}: on the test rows; those that the configuration asks for
//   tuning           null: not tuned
//   duration_seconds from the first training row to the last test prediction
//   versions         {diamond}
//   files            {name: sha256} of the model's other files
//   checksum         SHA-256 of this object's compact text without this member: shows an edit by
//   hand
#pragma once

#include <diamond/core/json.h>
#include <diamond/data/cleaning.h>
#include <diamond/data/split.h>
#include <diamond/metrics/regression_metrics.h>

#include <cstddef>
#include <cstdint>
#include <map>
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
  bool log_target = true;
  DatasetFacts dataset;
  SplitFacts split;
  std::map<Metric, double> metrics;
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

/// Whether training again would do the same again: same data, split, kind, name and settings.
[[nodiscard]] bool same_training(const Manifest& a, const Manifest& b);

/// "shuffle" and "hash".
[[nodiscard]] std::string_view name_of(SplitMethod method);

}  // namespace diamond
