// One of the processes that learn together.
#pragma once

#include <diamond/models/estimator_catalog.h>
#include <diamond/models/xgboost_collective.h>

#include <chrono>
#include <iosfwd>

namespace diamond {

/// Joins the workers of a tracker and does their jobs until there are no more. Worker 0 reads the
/// jobs, a line each (job.h), from `jobs` until its end, saves the models, and writes a line to
/// `answers` when all have come, {"workers": N}, and after each job, {"found": …}. The others hear
/// of the jobs from it. `patience`: how long the tracker is looked for.
/// Throws TrainingError where a worker was lost, and what `Estimator::fit_share` throws.
void run_worker(const xgboost::TrackerAddress& tracker, unsigned number,
                std::chrono::seconds patience, const EstimatorCatalog& catalog, std::istream& jobs,
                std::ostream& answers);

}  // namespace diamond
