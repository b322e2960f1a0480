// The well-known data set as the notebook cleans and splits it, and its reference figures.
#pragma once

#include "../catch.h"
#include "reference.h"
#include "stones.h"

#include <diamond/data/cleaning.h>
#include <diamond/data/csv_reader.h>
#include <diamond/data/split.h>
#include <diamond/metrics/regression_metrics.h>

#include <span>
#include <string>
#include <vector>

namespace diamond::testing {

struct Notebook {
  Table table;
  Split split;
};

inline const Notebook& notebook() {
  static const Notebook data = [] {
    Notebook made;
    made.table = read_csv(diamonds_csv()).table;
    clean(made.table);
    made.split = make_split(made.table, {});
    return made;
  }();
  return data;
}

/// In the order of the split.
inline std::vector<double> notebook_test_prices() {
  std::vector<double> prices(notebook().split.test.size());
  notebook().table[Quantity::price].gather(notebook().split.test, prices);
  return prices;
}

/// All four metrics are those of `figures["metrics"]`, to `tolerance` relative.
inline void check_metrics(const Json& figures, std::span<const double> actual,
                          std::span<const double> predicted, double tolerance = 1e-9) {
  for (const Metric metric : all_metrics) {
    const std::string name(info(metric).name);
    INFO(name);
    CHECK(relative_difference(evaluate(metric, actual, predicted),
                              figures["metrics"][name].get<double>()) <= tolerance);
  }
}

}  // namespace diamond::testing
