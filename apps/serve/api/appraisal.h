// What is said of one stone by the model that is served.
#pragma once

#include "../http/problem.h"
#include "../served_model.h"

#include <diamond/trust/appraisal.h>
#include <diamond/trust/completion.h>

namespace diamond::serve {

/// `price`: what the model finds for the stone. Throws ProblemError 422 where it is not finite.
[[nodiscard]] Appraisal appraise(const ServedModel& served, const Completion& stone, double price);

}  // namespace diamond::serve
