#include "schemas.h"

#include <diamond/core/error.h>
#include <diamond/core/json_schema.h>
#include <diamond/core/memory.h>
#include <diamond/core/spelling.h>
#include <diamond/pipeline/original_form.h>
#include <diamond/pipeline/training_config.h>

#include <algorithm>

namespace diamond {
namespace {

std::vector<std::filesystem::path> paths_from(const Json& json) {
  if (json.is_string()) return {json.get<std::string>()};
  std::vector<std::filesystem::path> paths;
  for (const Json& path : json) paths.emplace_back(path.get<std::string>());
  return paths;
}

Metric metric_from(const Json& json) {
  return parse_metric(json.get<std::string>()).value();
}

/// "target", or the shorter "log_target" for two of them.
Target target_from(const Json& json, const std::string& place) {
  const Target by_flag = json.value("log_target", true) ? Target::log_price : Target::price;
  if (!json.contains("target")) return by_flag;
  const Target target = parse_target(json["target"].get<std::string>()).value();
  if (json.contains("log_target") && target != by_flag)
    throw UsageError(place + "/target", "\"target\" and \"log_target\" do not say the same",
                     "take one of them out");
  return target;
}

ModelSpec model_from(const Json& json, std::uint32_t seed, const EstimatorCatalog& catalog,
                     const std::string& place) {
  ModelSpec model;
  model.kind = json.at("kind").get<std::string>();
  model.name = json.value("name", model.kind);
  const Estimator& estimator = catalog.at(model.kind, place + "/kind");
  model.settings.params =
      checked_params(estimator, json.value("params", Json::object()), place + "/params");
  model.settings.target = target_from(json, place);
  model.settings.seed = seed;
  if (json.contains("tuning"))
    model.tuning =
        parse_tuning(json["tuning"], estimator, model.settings.params, seed, place + "/tuning");
  return model;
}

std::vector<ModelSpec> models_from(const Json& json, std::uint32_t seed,
                                   const EstimatorCatalog& catalog, std::string_view place) {
  std::vector<ModelSpec> models;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const std::string here = std::string(place) + "#/models/" + std::to_string(i);
    models.push_back(model_from(json[i], seed, catalog, here));
    const auto same_name = [&](const ModelSpec& other) { return other.name == models.back().name; };
    if (std::count_if(models.begin(), models.end(), same_name) > 1)
      throw UsageError(here, "there is another model called " + printable(models.back().name),
                       "give each a \"name\" of its own");
  }
  return models;
}

/// Three quarters of the machine's where nobody says.
std::uint64_t memory_from(const Json& config, std::string_view place) {
  if (!config.contains("memory")) return machine_memory() / 4 * 3;
  const auto bytes = parse_bytes(config["memory"].get<std::string>());
  if (bytes) return *bytes;
  throw UsageError(std::string(place) + "#/memory",
                   printable(config["memory"].get<std::string>()) + " is no amount of memory",
                   "write it as 512 MiB or 4 GiB");
}

xgboost::TrackerAddress tracker_from(const std::string& text, const std::string& place) {
  auto address = xgboost::parse_tracker_address(text);
  if (address) return *std::move(address);
  throw UsageError(place, printable(text) + " is no address", "write it as HOST:PORT");
}

CrewSettings crew_from(const Json& json, const std::string& place) {
  CrewSettings crew;
  crew.count = json.value("count", 1U);
  crew.hosts = json.value("hosts", crew.hosts);
  crew.scheduled = json.value("scheduled", false);
  crew.remote_shell = json.value("remote_shell", crew.remote_shell);
  crew.program = json.value("program", std::string());
  crew.patience = json.value("patience", crew.patience);
  if (json.contains("tracker"))
    crew.tracker = tracker_from(json["tracker"].get<std::string>(), place + "/tracker");
  if (json.contains("count") == json.contains("hosts"))
    throw UsageError(place, "either a count of workers or their hosts are needed",
                     "write {\"count\": 4} or {\"hosts\": [\"alpha\", \"beta\"]}");
  for (std::size_t i = 0; i < crew.hosts.size(); ++i)
    if (crew.hosts[i].starts_with('-'))
      throw UsageError(
          place + "/hosts/" + std::to_string(i),
          printable(crew.hosts[i]) + " is no host: a remote shell takes it for an option",
          "write its name or its address");
  if (crew.scheduled && crew.tracker.port == 0)
    throw UsageError(place + "/tracker", "workers that a scheduler starts have to know the port",
                     "write HOST:PORT here, and tell the workers the same");
  if (crew.scheduled && !crew.hosts.empty())
    throw UsageError(place, "workers that a scheduler starts are counted, not named",
                     "write a count in the place of hosts");
  return crew;
}

}  // namespace

Json ModelSpec::recipe() const {
  return {{"params", settings.params}, {"tuning", tuning ? to_json(*tuning) : Json()}};
}

const Json& training_config_schema() {
  static const Json schema = Json::parse(schemas::training_pipeline());
  return schema;
}

Json in_our_form(const Json& document, std::string_view place, std::vector<std::string>& notes) {
  return is_original_form(document) ? from_original_form(document, place, notes) : document;
}

TrainingConfig parse_training_config(const Json& document, const EstimatorCatalog& catalog,
                                     std::string_view place) {
  check_against_schema(document, training_config_schema(), place);
  const Json json = with_defaults(document, training_config_schema());
  TrainingConfig config;
  config.dataset_paths = paths_from(json["dataset_path"]);
  config.datasets = json["datasets"] == "merged" ? DatasetMode::merged : DatasetMode::each;
  config.models_path = json["models_path"].get<std::string>();
  config.split.method = json["split"] == "hash" ? SplitMethod::hash : SplitMethod::shuffle;
  config.split.test_size = json["test_size"].get<double>();
  config.split.seed = json["random_seed"].get<std::uint32_t>();
  config.max_rejected = json["max_rejected"].get<double>();
  config.models = models_from(json["models"], config.split.seed, catalog, place);
  config.promotion.metric = metric_from(json["promotion"]["metric"]);
  config.promotion.min_improvement = json["promotion"]["min_improvement"].get<double>();
  config.promotion.confidence = json["promotion"]["confidence"].get<double>();
  config.report = json["report"].get<bool>();
  config.memory = memory_from(json, place);
  if (json.contains("workers"))
    config.workers = crew_from(json["workers"], std::string(place) + "#/workers");
  for (const Json& name : json["metrics"]) config.metrics.push_back(metric_from(name));
  config.metrics.push_back(config.promotion.metric);
  if (json.contains("log_file")) config.log_file = json["log_file"].get<std::string>();
  return config;
}

}  // namespace diamond
