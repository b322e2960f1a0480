#include "chosen_model.h"

#include <diamond/pipeline/stored_model.h>

#include <utility>

namespace diamond::train {

ChosenModel choose_model(const std::string& text, const ModelRegistry& registry,
                         const Context& context) {
  const std::string id = registry.resolve(text);
  PathLock lease = registry.lease(id);
  Manifest manifest = registry.manifest(id);
  auto model = load_model(registry, context.catalog, manifest);
  auto intervals = load_intervals(registry, manifest);
  for (const std::string& remark : model->remarks()) context.log.warning(remark, {{"model", id}});
  return {std::move(lease), std::move(manifest), std::move(model), std::move(intervals)};
}

}  // namespace diamond::train
