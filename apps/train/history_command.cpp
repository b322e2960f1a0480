#include "commands.h"
#include "model_table.h"

#include <diamond/core/error.h>
#include <diamond/registry/model_registry.h>

#include <algorithm>
#include <iostream>

namespace diamond::train {
namespace {

/// The best first; models without the metric last, the newest first among them.
void sort_by(Metric metric, std::vector<Manifest>& models) {
  std::reverse(models.begin(), models.end());
  std::stable_sort(models.begin(), models.end(), [metric](const Manifest& a, const Manifest& b) {
    if (!a.metrics.contains(metric) || !b.metrics.contains(metric))
      return a.metrics.contains(metric) && !b.metrics.contains(metric);
    return improvement(metric, a.metrics.at(metric), b.metrics.at(metric)) > 0;
  });
}

}  // namespace

void history_command(const Options& options, const std::string& sort, Log& log) {
  const ModelRegistry registry(models_directory(options));
  History history = registry.history();
  for (const std::string& problem : history.problems) log.warning("skipped: " + problem);
  sort_by(parse_metric(sort.empty() ? info(Metric::mae).name : sort).value(), history.models);

  std::string champion_id;
  try {
    if (const auto champion = registry.champion()) champion_id = champion->id;
  } catch (const StorageError& error) {
    log.warning(error.what());
  }
  if (options.output == Output::json) {
    Json array = Json::array();
    for (const Manifest& model : history.models) {
      Json json = to_json(model);
      json["champion"] = model.id == champion_id;
      array.push_back(json);
    }
    std::cout << array.dump(1) << '\n';
  } else if (history.models.empty()) {
    std::cout << "no models in " << registry.directory().string() << " yet: run diamond-train\n";
  } else {
    print_models(std::cout, history.models, champion_id);
  }
}

}  // namespace diamond::train
