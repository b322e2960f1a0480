#include <diamond/core/clock.h>
#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/metrics/bootstrap_interval.h>
#include <diamond/pipeline/stored_model.h>
#include <diamond/report/calibration.h>
#include <diamond/report/effects.h>
#include <diamond/report/errors.h>
#include <diamond/report/judged_model.h>
#include <diamond/report/model_report.h>
#include <diamond/report/pair_report.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <sstream>
#include <string_view>

namespace diamond {
namespace {

constexpr std::size_t drawn_stones = 1500;
constexpr std::size_t worst_count = 10;

Json about_model(const Manifest& manifest, const std::optional<Champion>& champion) {
  const bool is_champion = champion && champion->id == manifest.id;
  return {{"id", manifest.id},
          {"kind", manifest.kind},
          {"name", manifest.name},
          {"created_at", manifest.created_at},
          {"target", name_of(manifest.target)},
          {"params", manifest.params},
          {"versions", manifest.versions},
          {"duration_seconds", manifest.duration_seconds},
          {"is_champion", is_champion},
          {"standing", is_champion ? Json(standing_of(*champion)) : Json()}};
}

Json about_data(const Manifest& manifest) {
  const Json whole = to_json(manifest);
  Json data = whole["dataset"];
  data["split"] = whole["split"];
  return data;
}

Json metrics_of(const JudgedModel& judged) {
  const Manifest& manifest = judged.manifest;
  Json metrics = Json::array();
  for (const Metric metric : all_metrics) {
    const MetricEstimate estimate = bootstrap_interval(metric, judged.actual, judged.predicted);
    // What was found then is the same sum in another order.
    const auto kept = manifest.metrics.find(metric);
    metrics.push_back({{"metric", info(metric).name},
                       {"unit", info(metric).unit},
                       {"better", info(metric).better == Better::lower ? "lower" : "higher"},
                       {"value", kept == manifest.metrics.end() ? estimate.value : kept->second},
                       {"low", estimate.interval.low},
                       {"high", estimate.interval.high}});
  }
  return metrics;
}

std::string_view scale_of(const Json& range) {
  if (range.value("type", "") == "categorical") return "choice";
  return range.value("log", false) ? "log" : "linear";
}

/// The lines of trials.jsonl, each with the best value until then.
Json trials_in(const std::filesystem::path& file, Metric metric) {
  Json trials = Json::array();
  std::optional<double> best;
  std::istringstream lines(read_file(file));
  for (std::string line; std::getline(lines, line);) {
    const Json trial = Json::parse(line, nullptr, false);
    if (!trial.is_object()) continue;
    const Json value = trial.value("value", Json());
    if (trial.value("state", "") == "complete" && value.is_number() &&
        (!best || improvement(metric, value.get<double>(), *best) > 0))
      best = value.get<double>();
    trials.push_back({{"number", trial.value("number", 0)},
                      {"state", trial.value("state", "")},
                      {"value", value},
                      {"best", best ? Json(*best) : Json()},
                      {"params", trial.value("params", Json::object())},
                      {"duration_seconds", trial.value("duration_seconds", 0.0)}});
  }
  return trials;
}

Json tuning_of(const Manifest& manifest, const ModelRegistry& registry) {
  if (!manifest.recipe.is_object()) return nullptr;  // of a model of the first version
  const Json asked = manifest.recipe.value("tuning", Json());
  if (!manifest.tuning.is_object() || !asked.is_object()) return nullptr;
  const auto metric = parse_metric(asked.value("metric", "mae")).value_or(Metric::mae);
  Json parameters = Json::array();
  const Json space = asked.value("search_space", Json::object());
  for (const auto& [name, range] : space.items())
    parameters.push_back({{"name", name}, {"scale", scale_of(range)}});
  return {{"metric", info(metric).name},
          {"better", info(metric).better == Better::lower ? "lower" : "higher"},
          {"end", manifest.tuning.value("end", "")},
          {"parameters", parameters},
          {"trials", trials_in(registry.directory_of(manifest.id) / "trials.jsonl", metric)}};
}

Json comparison_of(const Manifest& manifest, const std::optional<std::string>& against,
                   const ModelRegistry& registry, const EstimatorCatalog& catalog) {
  if (!against) return nullptr;
  try {
    return to_json(compare_in_full(manifest, registry.manifest(*against), {}, registry, catalog));
  } catch (const Error& error) {
    return {{"holder", *against}, {"reason", error.what()}};
  }
}

}  // namespace

std::optional<std::string> usual_rival(const ModelRegistry& registry, const std::string& id) {
  std::optional<Champion> champion;
  try {
    champion = registry.champion();
  } catch (const StorageError&) {
    return std::nullopt;
  }
  if (!champion) return std::nullopt;
  if (champion->id != id) return champion->id;
  const std::vector<EarlierChampion> before = registry.standing_before(*champion);
  return before.empty() ? std::nullopt : std::optional(before.front().id);
}

Json model_report(const ModelRegistry& registry, const EstimatorCatalog& catalog,
                  const std::string& id, const std::optional<std::string>& against) {
  const PathLock lease = registry.lease(id);  // nobody prunes it meanwhile
  const JudgedModel judged = judge(registry, catalog, id);
  const TrainingProfile profile(load_stones(registry, judged.manifest));
  return {{"made_at", iso_time(std::chrono::system_clock::now())},
          {"model", about_model(judged.manifest, registry.champion())},
          {"data", about_data(judged.manifest)},
          {"metrics", metrics_of(judged)},
          {"predictions", sample_of_predictions(judged, drawn_stones)},
          {"errors", errors_by_group(judged)},
          {"calibration",
           {{"price", price_calibration(judged)}, {"interval", interval_calibration(judged)}}},
          {"importance", importance(judged)},
          {"effects", local_effects(judged)},
          {"against", comparison_of(judged.manifest, against, registry, catalog)},
          {"tuning", tuning_of(judged.manifest, registry)},
          {"worst", worst_stones(judged, profile, worst_count)}};
}

}  // namespace diamond
