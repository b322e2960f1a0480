#include "chosen_model.h"

#include <diamond/pipeline/stored_model.h>

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

}  // namespace diamond::train
