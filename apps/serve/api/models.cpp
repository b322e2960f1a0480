#include "../http/entity_tag.h"
#include "../http/problem.h"
#include "endpoints.h"
#include "path_words.h"

#include <diamond/core/error.h>
#include <diamond/core/file.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

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

constexpr const char* model_path = "/models/{id}";
constexpr const char* report_path = "/models/{id}/report";

/// The model that the path asks for.
Manifest asked_model(const ModelRegistry& registry, std::string_view pattern,
                     const Request& request) {
  const std::string id(words_at(pattern, request.path).front());
  const std::string wanted = id == "champion" ? champion_id(registry) : id;
  const History history = registry.history();
  const auto found = std::find_if(history.models.begin(), history.models.end(),
                                  [&](const Manifest& m) { return m.id == wanted; });
  if (found == history.models.end()) throw ProblemError(no_such_model(id));
  return *found;
}

Outcome one_model(const ModelRegistry& registry, const Request& request) {
  const Manifest manifest = asked_model(registry, model_path, request);
  Outcome outcome;
  outcome.answer.body = with_champion_mark(manifest, champion_id(registry)).dump();
  let_be_kept(outcome.answer);
  outcome.logged_response = Json{{"model", manifest.id}}.dump();
  return outcome;
}

Problem no_report(const std::string& id) {
  Problem problem = Problem::of_status(404);
  problem.detail =
      "there is no report on this model yet: `diamond-train report " + id + "` writes it";
  return problem;
}

/// The page that the trainer wrote; what its scripts may do, the page itself says.
Outcome report(const ModelRegistry& registry, const Request& request) {
  const Manifest manifest = asked_model(registry, report_path, request);
  const std::filesystem::path file = registry.report_file(manifest.id);
  std::error_code code;
  if (!std::filesystem::exists(file, code)) throw ProblemError(no_report(manifest.id));
  Outcome outcome;
  outcome.answer.content_type = "text/html; charset=utf-8";
  outcome.answer.body = read_file(file);
  let_be_kept(outcome.answer);
  outcome.answer.headers.emplace_back("Content-Security-Policy", "frame-ancestors 'none'");
  outcome.answer.headers.emplace_back("X-Content-Type-Options", "nosniff");
  outcome.answer.headers.emplace_back("Referrer-Policy", "no-referrer");
  outcome.logged_response = Json{{"model", manifest.id}}.dump();
  return outcome;
}

}  // namespace

std::vector<Endpoint> models_endpoints(const ModelRegistry& registry) {
  return {{"models", "GET", "/models", Right::models, Logged::yes, Pace::patient,
           [&registry](const Request& /*request*/) { return all_models(registry); }},
          {"models", "GET", model_path, Right::models, Logged::yes, Pace::patient,
           [&registry](const Request& request) { return one_model(registry, request); }},
          {"models", "GET", report_path, Right::models, Logged::yes, Pace::patient,
           [&registry](const Request& request) { return report(registry, request); }}};
}

}  // namespace diamond::serve
