// Where a model is wrong, and by how much: by weight, by price, by grade, and stone by stone.
#pragma once

#include <diamond/core/json.h>
#include <diamond/metrics/slices.h>
#include <diamond/report/judged_model.h>
#include <diamond/trust/training_profile.h>

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace diamond {

/// The rows in up to `count` slices of equal size by a number, the smallest first. Equal numbers
/// stay together, so there may be fewer slices, and of unequal sizes. Names read "0.31 to 0.4":
/// from the smallest to the largest number in it, rounded. Requires: count > 0, all finite.
[[nodiscard]] std::vector<Slice> quantile_slices(std::string_view field,
                                                 std::span<const double> values, std::size_t count);

/// [{field, unit, groups: [{name, rows, mae, low, high, mape, bias}]}]: by carat and by price paid,
/// in tenths of the rows, and by cut, color and clarity. `low` and `high`: the 95 % interval of mae
/// by the normal approximation; `bias`: the mean of predicted − actual. USD; mape is a share.
[[nodiscard]] Json errors_by_group(const JudgedModel& judged);

/// [{carat, actual, predicted}]: some of the test rows, to be drawn.
[[nodiscard]] Json sample_of_predictions(const JudgedModel& judged, std::size_t most);

/// [{carat, …, z, price, predicted, warnings: [text]}]: the stones whose price is furthest off in
/// USD, the furthest first; `warnings`: what is odd about them (trust/plausibility.h) beside the
/// stones of `profile`, the model's data set.
[[nodiscard]] Json worst_stones(const JudgedModel& judged, const TrainingProfile& profile,
                                std::size_t count);

}  // namespace diamond
