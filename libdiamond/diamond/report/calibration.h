// Whether a model's prices are right on the average, and its intervals as wide as they should be.
#pragma once

#include <diamond/core/json.h>
#include <diamond/report/judged_model.h>

namespace diamond {

/// [{name, rows, predicted, actual, low, high}]: the test rows in tenths by the predicted price,
/// with the means of both prices, USD; `low` and `high`: the 95 % interval of the mean of actual by
/// the normal approximation of the mean error. A price that is right on the average lies within.
[[nodiscard]] Json price_calibration(const JudgedModel& judged);

/// {coverage, rows, measured, mean_width, groups: [{field, name, rows, measured, low, high,
/// mean_width}]}: how many of the test rows' prices lie in their intervals, on the whole, by weight
/// and in fifths by predicted price. Each row is judged by intervals that were learned without it
/// (5 folds); `low` and `high`: Wilson's 95 % interval of the share. Null where there are too few
/// test rows to learn them from four of the folds.
[[nodiscard]] Json interval_calibration(const JudgedModel& judged);

}  // namespace diamond
