#include "appraisal.h"

#include <utility>

namespace diamond::serve {

Appraisal appraise(const ServedModel& served, const Completion& stone, double price) {
  const Appraiser appraiser{served.intervals, served.profile, served.neighbours};
  if (auto appraisal = appraiser.appraise(stone, price)) return *std::move(appraisal);
  Problem problem = Problem::of_status(422);
  problem.detail =
      "the model has no finite price for this stone: it is unlike all that it has learned from";
  throw ProblemError(std::move(problem));
}

}  // namespace diamond::serve
