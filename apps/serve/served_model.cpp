#include "served_model.h"

#include <diamond/core/error.h>
#include <diamond/core/spelling.h>
#include <diamond/pipeline/stored_model.h>
#include <diamond/trust/appraisal.h>

#include <utility>

namespace diamond::serve {
namespace {

using namespace std::chrono_literals;

constexpr auto look_every = 500ms;
constexpr auto try_again_after = 5s;  // a model that did not load

template <class... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};
template <class... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

}  // namespace

ModelChoice parse_model_choice(const std::string& text) {
  constexpr std::string_view best = "best:";
  if (text == "champion") return ChampionChoice{};
  if (!text.starts_with(best)) return IdChoice{text};
  if (const auto metric = parse_metric(std::string_view(text).substr(best.size())))
    return BestChoice{*metric};
  throw UsageError("--model", printable(text) + " names no metric",
                   "the metrics are r2, mae, rmse, mape");
}

std::shared_ptr<const ServedModel> load_served_model(const ModelRegistry& registry,
                                                     const EstimatorCatalog& catalog,
                                                     const std::string& id) {
  PathLock lease = registry.lease(id);
  Manifest manifest = registry.manifest(id);
  std::unique_ptr<const Model> model = load_model(registry, catalog, manifest);
  std::unique_ptr<const Explainer> explainer = model->explainer();
  std::optional<PriceIntervals> intervals = load_intervals(registry, manifest);
  const auto stones = std::make_shared<const Table>(load_stones(registry, manifest));
  std::string name = model_text(manifest.id, manifest.kind);
  return std::make_shared<const ServedModel>(
      ServedModel{std::move(lease), std::move(manifest), std::move(model), std::move(intervals),
                  std::move(explainer), TrainingProfile(*stones), SampleIndex(stones),
                  NeighbourIndex(stones), std::move(name)});
}

ModelKeeper::ModelKeeper(const ModelRegistry& registry, const EstimatorCatalog& catalog,
                         ModelChoice choice, Log& log)
    : registry_(registry), catalog_(catalog), choice_(std::move(choice)), log_(log) {
  refresh();
  watcher_ = Periodic(look_every, [this](const std::stop_token& /*stop*/) {
    refresh();
    return look_every;
  });
}

std::shared_ptr<const ServedModel> ModelKeeper::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

std::string ModelKeeper::problem() const {
  const std::lock_guard lock(mutex_);
  return problem_;
}

void ModelKeeper::refresh() {
  const std::lock_guard lock(refreshing_);
  const std::shared_ptr<const ServedModel> served = current();
  if (served && std::holds_alternative<IdChoice>(choice_))
    return;  // a model never changes once it is there
  try {
    const std::string id = wanted_id();
    if (served && served->manifest.id == id) {
      failed_id_.clear();
      return set_problem("");
    }
    if (id == failed_id_ && Clock::now() - failed_at_ < try_again_after) return;
    failed_id_ = id;  // until it is loaded
    failed_at_ = Clock::now();
    load(id);
    failed_id_.clear();
  } catch (const std::exception& error) {
    set_problem(error.what());
  }
}

/// Throws UsageError or StorageError where there is none.
std::string ModelKeeper::wanted_id() {
  return std::visit(Overloaded{[&](const ChampionChoice&) { return registry_.resolve("champion"); },
                               [&](const IdChoice& choice) { return registry_.resolve(choice.id); },
                               [&](const BestChoice& choice) {
                                 const History history = registry_.history();
                                 std::vector<const Manifest*> models;
                                 for (const Manifest& model : history.models)
                                   models.push_back(&model);
                                 const Manifest* best = best_by(choice.metric, models);
                                 if (best != nullptr) return best->id;
                                 throw UsageError(registry_.directory().string(),
                                                  "there is no model with this metric yet",
                                                  "train one with diamond-train");
                               }},
                    choice_);
}

void ModelKeeper::load(const std::string& id) {
  std::shared_ptr<const ServedModel> loaded = load_served_model(registry_, catalog_, id);
  const std::size_t stones = loaded->samples.size();
  const std::vector<std::string> remarks = loaded->model->remarks();
  {
    const std::lock_guard lock(mutex_);
    current_ = std::move(loaded);
    problem_.clear();
  }
  log_.info("model in service", {{"id", id}, {"stones", stones}});
  for (const std::string& remark : remarks)
    log_.warning("about the model in service", {{"id", id}, {"remark", remark}});
}

void ModelKeeper::set_problem(const std::string& problem) {
  {
    const std::lock_guard lock(mutex_);
    if (problem_ == problem) return;
    problem_ = problem;
  }
  if (!problem.empty())
    log_.warning("the model that should be served is not", {{"problem", problem}});
}

}  // namespace diamond::serve
