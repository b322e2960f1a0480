#include <diamond/core/file.h>
#include <diamond/core/memory.h>
#include <diamond/models/row_share.h>
#include <diamond/workers/job.h>
#include <diamond/workers/worker.h>

#include <istream>
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

}  // namespace

void run_worker(const xgboost::TrackerAddress& tracker, unsigned number,
                std::chrono::seconds patience, const EstimatorCatalog& catalog, std::istream& jobs,
                std::ostream& answers) {
  xgboost::XgboostCollective workers(tracker, number, patience);
  const bool leads = workers.rank() == 0;
  if (leads) answers << Json{{"workers", workers.size()}}.dump() << std::endl;
  while (true) {
    std::string line;
    if (leads) std::getline(jobs, line);  // at the end: nothing
    line = workers.broadcast(line);
    if (line.empty()) return;
    const Job job = job_from_json(Json::parse(line));
    const FittedModel fitted = fit(job, catalog, workers);
    if (!leads) continue;
    fitted.model->save(job.model);
    answers << Json{{"found", fitted.found}}.dump() << std::endl;
  }
}

}  // namespace diamond
