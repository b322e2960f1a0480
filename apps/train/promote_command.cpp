#include "commands.h"

#include <diamond/registry/model_registry.h>

#include <iostream>

namespace diamond::train {
namespace {

void tell_champion(const Options& options, const ModelRegistry& registry) {
  const Champion champion = registry.champion().value();
  if (options.output == Output::json)
    std::cout << to_json(champion).dump(1) << '\n';
  else
    std::cout << "champion is now " << champion.id << ' ' << standing_of(champion) << '\n';
}

}  // namespace

void promote_command(const Options& options, const std::string& model) {
  const ModelRegistry registry(models_directory(options));
  registry.promote(registry.resolve(model), "promoted by hand");
  tell_champion(options, registry);
}

void rollback_command(const Options& options) {
  const ModelRegistry registry(models_directory(options));
  static_cast<void>(registry.rollback());
  tell_champion(options, registry);
}

}  // namespace diamond::train
