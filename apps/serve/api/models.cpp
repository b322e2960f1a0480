#include "../http/entity_tag.h"
#include "../http/problem.h"
#include "endpoints.h"

#include <diamond/core/error.h>

#include <algorithm>

namespace diamond::serve {
namespace {

Json with_champion_mark(const Manifest& manifest, const std::string& champion_id) {
  Json json = to_json(manifest);
  json["champion"] = manifest.id == champion_id;
  return json;
}

std::string champion_id(const ModelRegistry& registry) {
  try {
    const auto champion = registry.champion();
    return champion ? champion->id : "";
  } catch (const StorageError&) {
    return "";  // /readyz says what is wrong with it
  }
}

/// A manifest never changes, but the mark of the champion does: who has kept an answer asks each
/// time whether it still holds. What a key was needed for is kept by its owner alone.
void let_be_kept(Answer& answer) {
  answer.etag = etag_of(answer.body);
  answer.headers.emplace_back("Cache-Control", "private, no-cache");
}

/// The newest first.
Outcome all_models(const ModelRegistry& registry) {
  History history = registry.history();
  std::reverse(history.models.begin(), history.models.end());
  const std::string champion = champion_id(registry);
  Json models = Json::array();
  for (const Manifest& manifest : history.models)
    models.push_back(with_champion_mark(manifest, champion));
  Outcome outcome;
  outcome.answer.body = models.dump();
  let_be_kept(outcome.answer);
  outcome.logged_response = Json{{"models", models.size()}}.dump();
  return outcome;
}

Outcome one_model(const ModelRegistry& registry, const Request& request) {
  const std::string id = request.path.substr(request.path.rfind('/') + 1);
  const std::string champion = champion_id(registry);
  const std::string wanted = id == "champion" ? champion : id;
  const History history = registry.history();
  const auto found = std::find_if(history.models.begin(), history.models.end(),
                                  [&](const Manifest& m) { return m.id == wanted; });
  if (found == history.models.end()) throw ProblemError(no_such_model(id));
  Outcome outcome;
  outcome.answer.body = with_champion_mark(*found, champion).dump();
  let_be_kept(outcome.answer);
  outcome.logged_response = Json{{"model", found->id}}.dump();
  return outcome;
}

}  // namespace

std::vector<Endpoint> models_endpoints(const ModelRegistry& registry) {
  return {{"models", "GET", "/models", Right::models, Logged::yes, Pace::patient,
           [&registry](const Request& /*request*/) { return all_models(registry); }},
          {"models", "GET", "/models/{id}", Right::models, Logged::yes, Pace::patient,
           [&registry](const Request& request) { return one_model(registry, request); }}};
}

}  // namespace diamond::serve
