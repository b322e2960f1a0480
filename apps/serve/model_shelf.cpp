#include "model_shelf.h"

#include <diamond/core/error.h>
#include <diamond/core/spelling.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace diamond::serve {
namespace {

constexpr std::string_view champion = "champion";

}  // namespace

ModelShelf::ModelShelf(const ModelRegistry& registry, const EstimatorCatalog& catalog,
                       const ModelKeeper& keeper, Log& log)
    : registry_(registry), catalog_(catalog), keeper_(keeper), log_(log) {}

std::shared_ptr<const ServedModel> ModelShelf::get(const std::string& text) {
  const std::string id = text == champion ? registry_.resolve(text) : text;
  if (Shared model = find(id)) return model;
  const std::lock_guard one_at_a_time(loading_);
  if (Shared model = find(id)) return model;
  if (registry_.resolve(id) != id)
    throw UsageError(registry_.directory().string(), "no model has the id " + printable(id), "");
  Shared model = load(id);
  put(model);
  return model;
}

ModelShelf::Shared ModelShelf::load(const std::string& id) {
  try {
    return load_served_model(registry_, catalog_, id);
  } catch (const Error& error) {
    log_.error("a model that was asked for cannot be loaded", {{"id", id}, {"why", error.what()}});
    throw;
  }
}

ModelShelf::Shared ModelShelf::find(const std::string& id) {
  if (Shared current = keeper_.current(); current && current->manifest.id == id) return current;
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(models_.begin(), models_.end(),
                                  [&](const Shared& model) { return model->manifest.id == id; });
  if (found == models_.end()) return nullptr;
  models_.splice(models_.begin(), models_, found);
  return models_.front();
}

void ModelShelf::put(Shared model) {
  const std::lock_guard lock(mutex_);
  models_.push_front(std::move(model));
  if (models_.size() > room) models_.pop_back();
}

}  // namespace diamond::serve
