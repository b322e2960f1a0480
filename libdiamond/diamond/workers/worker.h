// One of the processes that learn together.
#pragma once

#include <diamond/models/estimator_catalog.h>
#include <diamond/models/xgboost_collective.h>

#include <chrono>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>

namespace diamond {

/// Joins the workers of a tracker and does their jobs until there are no more. Worker 0 hears of
/// each job from `next_job` (a line as in job.h; nothing: there are no more), saves the models, and
/// writes a line to `answers` when all have come, {"program": …}, and after each job,
/// {"found": …}. The others hear of the jobs from it. `patience`: how long the tracker is looked
/// for.
/// Throws WorkerError where a worker was lost or is another program than worker 0, and what
/// `Estimator::fit_share` throws.
void run_worker(const xgboost::TrackerAddress& tracker, unsigned number,
                std::chrono::seconds patience, const EstimatorCatalog& catalog,
                const std::function<std::optional<std::string>()>& next_job, std::ostream& answers);

}  // namespace diamond
