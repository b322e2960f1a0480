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

/// A directory of its own for what a worker does not hold in memory.
std::optional<std::filesystem::path> cache_of(const Job& job, const Collective& workers) {
  if (job.in_memory) return std::nullopt;
  return_freed_memory_at_once();
  std::filesystem::path cache = job.rows / ("worker-" + std::to_string(workers.rank()));
  make_directory(cache);
  return cache;
}

FittedModel fit(const Job& job, const EstimatorCatalog& catalog, Collective& workers) {
  const auto cache = cache_of(job, workers);
  const RowShare share({job.rows}, workers, cache);
  FitControl control;
  control.threads = job.threads;
  FittedModel fitted = catalog.at(job.kind, "").fit_share(share, job.metric, job.settings, control);
  if (cache) std::filesystem::remove_all(*cache);
  return fitted;
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
