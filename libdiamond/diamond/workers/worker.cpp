#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/core/memory.h>
#include <diamond/core/spelling.h>
#include <diamond/models/row_share.h>
#include <diamond/workers/job.h>
#include <diamond/workers/worker.h>

#include <optional>
#include <ostream>
#include <string>

namespace diamond {
namespace {

FittedModel fit(const Job& job, const EstimatorCatalog& catalog, Collective& workers) {
  std::optional<ScratchDirectory> cache;
  std::optional<std::filesystem::path> cache_path;
  if (!job.in_memory) {
    return_freed_memory_at_once();
    cache_path = cache.emplace(job.rows / ("worker-" + std::to_string(workers.rank()))).path();
  }
  const RowShare share({job.rows}, workers, cache_path);
  FitControl control;
  control.threads = job.threads;
  return catalog.at(job.kind, "").fit_share(share, job.metric, job.settings, control);
}

/// Other versions may do the same things in another order, or wait for others for ever.
void check_same_program(xgboost::XgboostCollective& workers) {
  const std::string mine = program_of_workers();
  const std::string first = workers.broadcast(mine);
  if (first != mine)
    throw WorkerError("", "it is " + mine + ", worker 0 is " + printable(first),
                      "install the same version on every machine");
}

}  // namespace

void run_worker(const xgboost::TrackerAddress& tracker, unsigned number,
                std::chrono::seconds patience, const EstimatorCatalog& catalog,
                const std::function<std::optional<std::string>()>& next_job,
                std::ostream& answers) {
  xgboost::XgboostCollective workers(tracker, number, patience);
  check_same_program(workers);
  const bool leads = workers.rank() == 0;
  if (leads) answers << Json{{"program", program_of_workers()}}.dump() << std::endl;
  while (true) {
    const std::string line = workers.broadcast(leads ? next_job().value_or(no_more_jobs) : "");
    if (line == no_more_jobs) return;
    const Job job = job_from_json(Json::parse(line));
    const FittedModel fitted = fit(job, catalog, workers);
    if (!leads) continue;
    fitted.model->save(job.model);
    answers << Json{{"found", fitted.found}}.dump() << std::endl;
  }
}

}  // namespace diamond
