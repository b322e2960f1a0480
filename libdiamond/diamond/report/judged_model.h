// A model with the rows that it was judged on, and what it says of them: what a report is made of.
#pragma once

#include <diamond/core/table.h>
#include <diamond/models/estimator_catalog.h>
#include <diamond/models/model.h>
#include <diamond/registry/manifest.h>
#include <diamond/registry/model_registry.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace diamond {

struct JudgedModel {
  Manifest manifest;
  std::unique_ptr<const Model> model;
  Table table;                      // the rows of its data set that it did not learn from
  std::vector<std::uint32_t> test;  // all of them
  std::vector<double> actual;       // USD, one for each test row, as is the next
  std::vector<double> predicted;

  [[nodiscard]] TableView view() const { return {table, test}; }

  /// Up to `most` places among the test rows, spread evenly: what a figure is computed from where
  /// all rows would take too long.
  [[nodiscard]] std::vector<std::uint32_t> sample(std::size_t most) const;
};

/// Reads the model and its data set, and asks it for the prices of its test rows. Throws what
/// `load_model` and `load_dataset` throw, and StorageError where a price is not finite.
[[nodiscard]] JudgedModel judge(const ModelRegistry& registry, const EstimatorCatalog& catalog,
                                const std::string& id);

}  // namespace diamond
