#include "commands.h"
#include "model_table.h"

#include <diamond/core/error.h>
#include <diamond/registry/model_registry.h>

#include <CLI/CLI.hpp>

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

class HistoryCommand final : public Command {
 public:
  [[nodiscard]] std::string name() const override { return "history"; }
  [[nodiscard]] std::string summary() const override {
    return "every model ever trained, best first";
  }

  void add_options(CLI::App& app) override {
    app.add_option("--sort", sort_, "r2, mae, rmse or mape (default: mae)")
        ->check(CLI::IsMember({"r2", "mae", "rmse", "mape"}));
  }

  void run(const Context& context) const override {
    const Options& options = context.options;
    Log& log = context.log;
    const ModelRegistry registry(models_directory(options));
    History history = registry.history();
    for (const std::string& problem : history.problems) log.warning("skipped: " + problem);
    sort_by(parse_metric(sort_).value(), history.models);

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

 private:
  std::string sort_{info(Metric::mae).name};
};

}  // namespace

std::unique_ptr<Command> history_command() {
  return std::make_unique<HistoryCommand>();
}

}  // namespace diamond::train
