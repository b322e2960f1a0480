#include <diamond/core/error.h>
#include <diamond/core/spelling.h>
#include <diamond/data/split.h>
#include <diamond/tuning/tuning.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace diamond {
namespace {

using Rows = std::vector<std::uint32_t>;

/// Training rows and the rows that judge; what fits on them share.
struct Fold {
  Rows train;
  Rows validation;
  FitCache cache;
};

/// One fold with `validation_share` of the rows held out, or `folds` of them, each holding out its
/// part of the same shuffled rows.
std::vector<std::unique_ptr<Fold>> make_folds(const TableView& view, const TuningSettings& tuning) {
  const std::size_t count = view.size();
  const Split split = shuffle_split(count, tuning.validation_share, tuning.seed);
  const std::size_t parts = std::max<std::size_t>(tuning.folds, 1);
  if (split.train.empty() || split.test.empty() || count < parts)
    throw TrainingError("tuning",
                        "too few training rows to hold some out: " + std::to_string(count),
                        "bring more data, or do not tune");
  std::vector<std::unique_ptr<Fold>> folds;
  if (tuning.folds < 2) {
    folds.push_back(std::make_unique<Fold>());
    folds.back()->train = rows_at(view, split.train);
    folds.back()->validation = rows_at(view, split.test);
    return folds;
  }
  Rows shuffled = rows_at(view, split.test);
  const Rows rest = rows_at(view, split.train);
  shuffled.insert(shuffled.end(), rest.begin(), rest.end());
  for (std::size_t part = 0; part < parts; ++part) {
    folds.push_back(std::make_unique<Fold>());
    for (std::size_t i = 0; i < count; ++i)
      (i * parts / count == part ? folds.back()->validation : folds.back()->train)
          .push_back(shuffled[i]);
  }
  return folds;
}

/// Parameters that several folds found: numbers by their mean, a whole one where all are whole.
Json mean_of(const std::vector<Json>& found) {
  Json mean = found.front();
  for (auto& [name, value] : mean.items()) {
    if (!value.is_number()) continue;
    double sum = 0;
    bool all_whole = true;
    for (const Json& one : found) {
      sum += one.at(name).get<double>();
      all_whole = all_whole && one.at(name).is_number_integer();
    }
    const double number = sum / static_cast<double>(found.size());
    if (all_whole)
      value = std::llround(number);
    else
      value = number;
  }
  return mean;
}

/// Fits and judges what a trial tries.
class ValidationObjective {
 public:
  ValidationObjective(const Estimator& estimator, const FitSettings& settings,
                      const TuningSettings& tuning, const TableView& train)
      : estimator_(estimator),
        settings_(settings),
        tuning_(tuning),
        table_(train.table),
        folds_(make_folds(train, tuning)) {}

  TrialResult operator()(const Json& values, TrialControl& control) const {
    FitSettings tried = settings_;
    tried.params = with_values(settings_.params, values);
    std::vector<Json> found;
    double sum = 0;
    for (const auto& fold : folds_) {
      FitControl fit_control{control.stop, 1, {}, &fold->cache};
      if (folds_.size() == 1) fit_control.report = control.report;
      const FittedModel fitted = fit(*fold, tried, fit_control);
      found.push_back(fitted.found);
      sum += judge(*fitted.model, *fold);
      if (folds_.size() > 1) control.report(sum / static_cast<double>(found.size()));
      if (control.stop.stop_requested()) break;
    }
    return {sum / static_cast<double>(found.size()), mean_of(found)};
  }

 private:
  FittedModel fit(const Fold& fold, const FitSettings& settings, const FitControl& control) const {
    const FitRows rows{{table_, fold.train}, TableView{table_, fold.validation}, tuning_.metric};
    return estimator_.fit(rows, settings, control);
  }

  [[nodiscard]] double judge(const Model& model, const Fold& fold) const {
    std::vector<double> actual(fold.validation.size());
    std::vector<double> predicted(fold.validation.size());
    table_[Quantity::price].gather(fold.validation, actual);
    model.predict({table_, fold.validation}, predicted);
    return evaluate(tuning_.metric, actual, predicted);
  }

  const Estimator& estimator_;
  const FitSettings& settings_;
  const TuningSettings& tuning_;
  const Table& table_;
  std::vector<std::unique_ptr<Fold>> folds_;
};

std::string first_error(const std::vector<Trial>& trials) {
  for (const Trial& trial : trials)
    if (trial.state == TrialState::failed)
      return "trial " + std::to_string(trial.number) + " failed: " + trial.error;
  return "none came to its end";
}

Json bounds_of(const Dimension& dimension) {
  if (const auto* floats = std::get_if<FloatRange>(&dimension.range))
    return {floats->low, floats->high};
  if (const auto* ints = std::get_if<IntRange>(&dimension.range)) return {ints->low, ints->high};
  return std::get<Choices>(dimension.range).values;
}

/// The estimator takes the ends of every range and every choice, each put in alone.
void check_space(const SearchSpace& space, const Estimator& estimator, const Json& params,
                 const std::string& place) {
  for (const Dimension& dimension : space) {
    for (const Json& value : bounds_of(dimension)) {
      const std::string here = place + "/" + dimension.name;
      try {
        estimator.check_params(with_values(params, {{dimension.name, value}}), "params");
      } catch (const UsageError& error) {
        throw UsageError(here, value.dump() + " cannot be tried: " + error.what(),
                         "`diamond-train kinds` says what there is to tune");
      }
    }
  }
}

constexpr std::array<std::pair<PrunerKind, std::string_view>, 3> pruner_kinds = {
    {{PrunerKind::forecast, "forecast"},
     {PrunerKind::percentile, "percentile"},
     {PrunerKind::none, "none"}}};

std::string_view name_of(PrunerKind kind) {
  return std::find_if(pruner_kinds.begin(), pruner_kinds.end(),
                      [&](const auto& entry) { return entry.first == kind; })
      ->second;
}

/// Requires: it is one of the names.
PrunerKind pruner_kind(std::string_view name) {
  return std::find_if(pruner_kinds.begin(), pruner_kinds.end(),
                      [&](const auto& entry) { return entry.second == name; })
      ->first;
}

std::unique_ptr<Pruner> make_pruner(PrunerKind kind) {
  switch (kind) {
    case PrunerKind::forecast:
      return make_forecast_pruner();
    case PrunerKind::percentile:
      return make_percentile_pruner();
    case PrunerKind::none:
      break;
  }
  return make_no_pruner();
}

}  // namespace

TuningSettings parse_tuning(const Json& json, const Estimator& estimator, const Json& params,
                            std::uint32_t seed, std::string_view place) {
  TuningSettings settings;
  settings.trials = json.value("trials", settings.trials);
  if (json.contains("time_budget") && !json["time_budget"].is_null())
    settings.time_budget = std::chrono::duration<double>(json["time_budget"].get<double>());
  if (json.value("sampler", "tpe") == "random") settings.sampler = SamplerKind::random;
  settings.pruner = pruner_kind(json.value("pruner", "forecast"));
  settings.metric = parse_metric(json.value("metric", "mae")).value();
  settings.validation_share = json.value("validation_share", settings.validation_share);
  settings.folds = json.value("folds", settings.folds);
  settings.seed = json.value("seed", seed);
  settings.in_flight = json.value("in_flight", settings.in_flight);

  const std::string space_place = std::string(place) + "/search_space";
  const Json space = json.value("search_space", estimator.search_space());
  if (space.empty())
    throw UsageError(space_place, "there is nothing to tune",
                     "name ranges, or take \"tuning\" out");
  settings.space = parse_search_space(space, space_place);
  check_space(settings.space, estimator, params, space_place);
  return settings;
}

Json to_json(const TuningSettings& settings) {
  return {{"trials", settings.trials},
          {"time_budget", settings.time_budget ? Json(settings.time_budget->count()) : Json()},
          {"sampler", settings.sampler == SamplerKind::tpe ? "tpe" : "random"},
          {"pruner", name_of(settings.pruner)},
          {"metric", info(settings.metric).name},
          {"validation_share", settings.validation_share},
          {"folds", settings.folds},
          {"seed", settings.seed},
          {"in_flight", settings.in_flight},
          {"search_space", to_json(settings.space)}};
}

TuningResult tune(const Estimator& estimator, const FitSettings& settings,
                  const TuningSettings& tuning, const TableView& train,
                  const std::filesystem::path& file, const std::stop_token& stop,
                  const std::function<void(const StudyProgress&)>& progress) {
  const ValidationObjective objective(estimator, settings, tuning, train);
  const auto sampler =
      tuning.sampler == SamplerKind::tpe ? make_tpe_sampler() : make_random_sampler();
  const auto pruner = make_pruner(tuning.pruner);
  StudySettings study;
  study.trials = tuning.trials;
  study.time_budget = tuning.time_budget;
  study.seed = tuning.seed;
  study.better = info(tuning.metric).better;
  study.in_flight = tuning.in_flight;

  TrialLog log(file, tuning.space);
  TuningResult result;
  result.study = run_study(
      tuning.space, *sampler, *pruner, study,
      [&](const Json& values, TrialControl& control) { return objective(values, control); }, log,
      stop, progress);
  const Trial* best = result.study.best(study.better);
  if (best == nullptr)
    throw TrainingError("tuning", "no trial succeeded: " + first_error(result.study.trials),
                        "look at the search space and the data");
  result.params = with_values(settings.params, values_of(tuning.space, best->point));
  result.params.update(best->found);
  return result;
}

}  // namespace diamond
