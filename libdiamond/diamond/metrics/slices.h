// How a model does on the stones of one kind: a band of weights, a grade.
#pragma once

#include <diamond/core/table.h>
#include <diamond/metrics/regression_metrics.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace diamond {

/// Rows that have something in common.
struct Slice {
  std::string field;                  // "carat", "cut", "color" or "clarity"
  std::string name;                   // "0.5 to 1" (from 0.5, below 1), "Very Good"
  std::vector<std::uint32_t> places;  // in the view, ascending
};

/// The rows by weight (below 0.5, 1, 1.5, 2 carat, and from 2), then by cut, by color and by
/// clarity, each worst to best. Every row is in one slice of each field; slices without rows are
/// left out. The bands are the same for all data, so that slices of models can be compared.
[[nodiscard]] std::vector<Slice> slices_of(const TableView& view);

/// What a manifest keeps of a slice.
struct SliceFigures {
  std::string field;
  std::string name;
  std::size_t rows = 0;
  std::map<Metric, double> metrics;

  bool operator==(const SliceFigures&) const = default;
};

/// The metrics of the prices `predicted` on each slice, by `evaluate`. Runs on all processors.
/// Requires: both spans have a value for each row of the view that the slices are of.
[[nodiscard]] std::vector<SliceFigures> evaluate_slices(const std::vector<Slice>& slices,
                                                        std::span<const double> actual,
                                                        std::span<const double> predicted,
                                                        std::span<const Metric> metrics);

}  // namespace diamond
