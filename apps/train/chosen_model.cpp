#include "chosen_model.h"

#include <diamond/pipeline/stored_model.h>

#include <CLI/CLI.hpp>

namespace diamond::train {

ChosenModel choose_model(const std::string& text, const ModelRegistry& registry,
                         const Context& context) {
  ChosenModel chosen;
  chosen.manifest = registry.manifest(registry.resolve(text));
  chosen.model = load_model(registry, context.catalog, chosen.manifest);
  chosen.intervals = load_intervals(registry, chosen.manifest);
  for (const std::string& remark : chosen.model->remarks())
    context.log.warning(remark, {{"model", chosen.manifest.id}});
  return chosen;
}

void add_model_option(CLI::App& app, std::string& model) {
  app.add_option("--model", model, "an id, its beginning, or 'champion' (default: champion)");
}

}  // namespace diamond::train
