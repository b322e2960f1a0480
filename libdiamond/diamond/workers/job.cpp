#include <diamond/core/version.h>
#include <diamond/models/xgboost_library.h>
#include <diamond/workers/job.h>

namespace diamond {

std::string program_of_workers() {
  return "diamond " + std::string(version()) + " with XGBoost " +
         to_string(xgboost::library_version());
}

Json to_json(const Job& job) {
  return {{"kind", job.kind},
          {"params", job.settings.params},
          {"target", name_of(job.settings.target)},
          {"seed", job.settings.seed},
          {"metric", info(job.metric).name},
          {"rows", job.rows.string()},
          {"in_memory", job.in_memory},
          {"threads", job.threads},
          {"model", job.model.string()}};
}

Job job_from_json(const Json& json) {
  Job job;
  job.kind = json.at("kind").get<std::string>();
  job.settings.params = json.at("params");
  job.settings.target = parse_target(json.at("target").get<std::string>()).value();
  job.settings.seed = json.at("seed").get<std::uint32_t>();
  job.metric = parse_metric(json.at("metric").get<std::string>()).value();
  job.rows = json.at("rows").get<std::string>();
  job.in_memory = json.at("in_memory").get<bool>();
  job.threads = json.at("threads").get<unsigned>();
  job.model = json.at("model").get<std::string>();
  return job;
}

}  // namespace diamond
