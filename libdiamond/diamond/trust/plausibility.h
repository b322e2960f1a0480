// Whether a stone can be as it was described.
#pragma once

#include <diamond/core/diamond.h>
#include <diamond/trust/completion.h>
#include <diamond/trust/training_profile.h>
#include <diamond/trust/warning.h>

#include <span>
#include <vector>

namespace diamond {

/// What is odd about a stone; empty for nearly every real one, after a dozen comparisons.
///
/// Numbers that contradict each other (see Proportions) are traced to the one that is to blame, so
/// that one mistake makes one warning. Tried in this order, each with the rest of the stone as it
/// is given:
///   1. a slip: a decimal point that is one or two places off, sizes in centimetres, two numbers
///      that are exchanged ("did you mean 6.5?"); believed if hardly a contradiction remains;
///   2. one number, or two of x, y and z, that would fit if they were what the others make of
///      them; of several, what leaves the rest in the best harmony;
///   3. else each contradiction has its own warning.
/// Then each quantity that is outside the training range; x, y and z only where the weight is not
/// outside itself and nothing was said of them in 3. `assumptions` (see complete) are never to
/// blame.
///
/// Requires: all quantities are finite and above 0.
[[nodiscard]] std::vector<Warning> implausibilities(const Diamond& stone,
                                                    const TrainingProfile& profile,
                                                    std::span<const Assumption> assumptions = {});

}  // namespace diamond
