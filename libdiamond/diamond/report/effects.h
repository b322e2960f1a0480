// What a model makes of each field: how much it relies on it, and what its values are worth.
#pragma once

#include <diamond/core/json.h>
#include <diamond/report/judged_model.h>

namespace diamond {

/// [{field, permutation, contribution}], the most important first.
///
/// `permutation`: by how much the mean absolute error of some test rows grows where the field's
/// values are dealt out among them anew (Breiman 2001; Fisher, Rudin & Dominici 2019), USD. Fields
/// that go together (carat, x, y, z) stand in for each other, and each seems to matter less than
/// all of them do. `contribution`: what the field adds to a price or takes from it, on the average
/// of fewer rows (models/explanation.h), USD.
[[nodiscard]] Json importance(const JudgedModel& judged);

/// [{field, unit, points: [{value, effect, rows}]}]: accumulated local effects (Apley & Zhu 2020,
/// doi:10.1111/rssb.12377) in USD, for each field. Between two neighbouring values, the price is
/// asked of the stones that lie between them as if they had the one or the other; the mean
/// differences add up. So a value's effect is that of the field alone, and no stone is asked for
/// that there cannot be, as partial dependence would (half a carat with the diameter of two). The
/// mean over the stones is 0. Quantities: at 20 quantiles of the test rows at most; grades: each,
/// worst to best, `value` is its name. `rows`: on how many stones the step to this value rests.
[[nodiscard]] Json local_effects(const JudgedModel& judged);

}  // namespace diamond
