#include <diamond/core/parallel.h>
#include <diamond/metrics/mean_interval.h>
#include <diamond/metrics/slices.h>
#include <diamond/report/calibration.h>
#include <diamond/report/errors.h>
#include <diamond/trust/price_interval.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

namespace diamond {
namespace {

constexpr std::size_t folds = 5;

/// An interval for each test row, learned from rows of the other folds; empty where those are too
/// few.
std::vector<PriceInterval> cross_fitted_intervals(const JudgedModel& judged) {
  std::vector<PriceInterval> intervals(judged.test.size());
  std::array<bool, folds> learned{};
  parallel_for(folds, 1, [&](std::size_t fold, std::size_t /*last*/) {
    std::vector<std::uint32_t> rows;
    std::vector<double> prices;
    for (std::size_t i = 0; i < judged.test.size(); ++i) {
      if (i % folds == fold) continue;
      rows.push_back(judged.test[i]);
      prices.push_back(judged.predicted[i]);
    }
    const auto predictor = IntervalPredictor::learn({judged.table, rows}, prices);
    learned.at(fold) = predictor.has_value();
    if (!predictor) return;
    for (std::size_t i = fold; i < judged.test.size(); i += folds)
      intervals[i] =
          predictor->interval(judged.table.row(judged.test[i]).stone, judged.predicted[i]);
  });
  const bool all = std::all_of(learned.begin(), learned.end(), [](bool one) { return one; });
  return all ? intervals : std::vector<PriceInterval>{};
}

/// Wilson 1927: where a share lies of which `hits` of `rows` were seen.
std::pair<double, double> wilson_interval(double hits, double rows) {
  const double z2 = normal_95 * normal_95;
  const double center = (hits + z2 / 2) / (rows + z2);
  const double half = normal_95 / (rows + z2) * std::sqrt(hits * (rows - hits) / rows + z2 / 4);
  return {center - half, center + half};
}

Json coverage_of(const std::vector<std::uint32_t>& places, const JudgedModel& judged,
                 const std::vector<PriceInterval>& intervals) {
  double hits = 0;
  double width = 0;
  for (const std::uint32_t place : places) {
    const PriceInterval& interval = intervals[place];
    const double paid = judged.actual[place];
    if (paid >= interval.low && paid <= interval.high) hits += 1;
    width += interval.high - interval.low;
  }
  const auto rows = static_cast<double>(places.size());
  const auto [low, high] = wilson_interval(hits, rows);
  return {{"rows", places.size()},
          {"measured", hits / rows},
          {"low", low},
          {"high", high},
          {"mean_width", width / rows}};
}

Json means_of(const Slice& slice, const JudgedModel& judged) {
  const auto rows = static_cast<double>(slice.places.size());
  double predicted = 0;
  double error = 0;
  double squared = 0;
  for (const std::uint32_t place : slice.places) {
    const double off = judged.actual[place] - judged.predicted[place];
    predicted += judged.predicted[place];
    error += off;
    squared += off * off;
  }
  const double mean_error = error / rows;
  const double half = half_mean_interval(mean_error, squared / rows, rows);
  const double actual = predicted / rows + mean_error;
  return {{"name", slice.name}, {"rows", slice.places.size()}, {"predicted", predicted / rows},
          {"actual", actual},   {"low", actual - half},        {"high", actual + half}};
}

}  // namespace

Json price_calibration(const JudgedModel& judged) {
  constexpr std::size_t tenths = 10;
  Json groups = Json::array();
  for (const Slice& slice : quantile_slices("predicted", judged.predicted, tenths))
    groups.push_back(means_of(slice, judged));
  return groups;
}

Json interval_calibration(const JudgedModel& judged) {
  constexpr std::size_t fifths = 5;
  const std::vector<PriceInterval> intervals = cross_fitted_intervals(judged);
  if (intervals.empty()) return nullptr;
  std::vector<Slice> slices = slices_of(judged.view());
  for (Slice& slice : quantile_slices("predicted", judged.predicted, fifths))
    slices.push_back(std::move(slice));
  Json groups = Json::array();
  for (const Slice& slice : slices) {
    if (slice.field != "carat" && slice.field != "predicted") continue;
    Json figures = coverage_of(slice.places, judged, intervals);
    figures["field"] = slice.field;
    figures["name"] = slice.name;
    groups.push_back(figures);
  }
  std::vector<std::uint32_t> all(judged.test.size());
  std::iota(all.begin(), all.end(), 0U);
  Json calibration = coverage_of(all, judged, intervals);
  calibration["coverage"] = IntervalPredictor::coverage;
  calibration["groups"] = groups;
  return calibration;
}

}  // namespace diamond
