// How a model does on data that it was not judged by before.
#pragma once

#include <diamond/core/json.h>
#include <diamond/core/table.h>
#include <diamond/data/cleaning.h>
#include <diamond/metrics/bootstrap_interval.h>
#include <diamond/metrics/slices.h>
#include <diamond/models/model.h>
#include <diamond/pipeline/model_comparison.h>
#include <diamond/registry/manifest.h>
#include <diamond/trust/price_intervals.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace diamond {

/// The figures of some rows. IntervalFigures: how the model's price intervals hold; nothing where
/// it has none.
struct SliceEvaluation {
  SliceFigures figures;
  std::optional<IntervalFigures> interval;
};

struct Evaluation {
  std::size_t rows = 0;    // that the data have
  std::size_t judged = 0;  // of these
  std::vector<Rejection> left_out;
  // Of the judged rows; nothing: that is not known.
  std::optional<std::size_t> in_training;
  std::optional<std::size_t> in_test;  // that its intervals were learned from
  std::map<Metric, MetricEstimate> metrics;
  std::optional<IntervalFigures> interval;
  std::vector<SliceEvaluation> slices;

  static constexpr double confidence = 0.95;  // of the metrics' intervals
};

/// The model on all rows that cleaning (data/cleaning.h) leaves and for which it has a finite
/// price; others are left out as "no_finite_price". `known`: the rows that it was trained and
/// judged on (hashes_of_known_rows), nothing where that is not known: rows among them count as the
/// others do, and make the model or its intervals look better than they are. Throws DataError,
/// which names `place`, where no row is left.
[[nodiscard]] Evaluation evaluate_on(Table table, const Model& model,
                                     const std::optional<PriceIntervals>& intervals,
                                     const std::optional<KnownRows>& known, std::string_view place);

/// {rows, rows_judged, left_out: [{reason, rows}], rows_in_training, rows_in_test, confidence,
/// metrics: {mae: {value, low, high}, …}, interval: {coverage, measured_coverage, mean_width},
/// slices: [{field, slice, rows, metrics, measured_coverage, mean_width}]}; null is what is not
/// known or not there.
[[nodiscard]] Json to_json(const Evaluation& evaluation);

}  // namespace diamond
