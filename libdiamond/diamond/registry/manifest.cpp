#include <diamond/core/error.h>
#include <diamond/core/hash.h>
#include <diamond/registry/manifest.h>

namespace diamond {
namespace {

constexpr int schema_version = 1;

Json to_json(const DatasetFacts& dataset) {
  Json rejected = Json::array();
  for (const Rejection& rejection : dataset.rejected)
    rejected.push_back({{"reason", rejection.reason}, {"rows", rejection.rows}});
  Json json = {{"path", dataset.path},
               {"sha256", dataset.sha256},
               {"rows", dataset.rows},
               {"rows_kept", dataset.rows_kept},
               {"rejected", rejected}};
  if (!dataset.sources.empty()) json["sources"] = dataset.sources;
  return json;
}

DatasetFacts dataset_from(const Json& json) {
  DatasetFacts dataset;
  dataset.path = json.at("path").get<std::string>();
  dataset.sha256 = json.at("sha256").get<std::string>();
  dataset.rows = json.at("rows").get<std::size_t>();
  dataset.rows_kept = json.at("rows_kept").get<std::size_t>();
  for (const Json& rejection : json.at("rejected"))
    dataset.rejected.push_back(
        {rejection.at("reason").get<std::string>(), rejection.at("rows").get<std::size_t>()});
  if (json.contains("sources")) dataset.sources = json["sources"].get<std::vector<std::string>>();
  return dataset;
}

Json to_json(const SplitFacts& split) {
  return {{"method", name_of(split.settings.method)},
          {"test_size", split.settings.test_size},
          {"seed", split.settings.seed},
          {"train_rows", split.train_rows},
          {"test_rows", split.test_rows}};
}

SplitFacts split_from(const Json& json) {
  const std::string method = json.at("method").get<std::string>();
  SplitFacts split;
  if (method != name_of(SplitMethod::shuffle) && method != name_of(SplitMethod::hash))
    throw StorageError("", "unknown split method", "");
  split.settings.method =
      method == name_of(SplitMethod::hash) ? SplitMethod::hash : SplitMethod::shuffle;
  split.settings.test_size = json.at("test_size").get<double>();
  split.settings.seed = json.at("seed").get<std::uint32_t>();
  split.train_rows = json.at("train_rows").get<std::size_t>();
  split.test_rows = json.at("test_rows").get<std::size_t>();
  return split;
}

Json to_json(const std::map<Metric, double>& metrics) {
  Json json = Json::object();
  for (const auto& [metric, value] : metrics) json[std::string(info(metric).name)] = value;
  return json;
}

std::map<Metric, double> metrics_from(const Json& json) {
  std::map<Metric, double> metrics;
  for (const auto& [name, value] : json.items())
    if (const auto metric = parse_metric(name)) metrics[*metric] = value.get<double>();
  return metrics;
}

Json to_json(const std::vector<SliceFigures>& slices) {
  Json array = Json::array();
  for (const SliceFigures& slice : slices)
    array.push_back({{"field", slice.field},
                     {"slice", slice.name},
                     {"rows", slice.rows},
                     {"metrics", to_json(slice.metrics)}});
  return array;
}

std::vector<SliceFigures> slices_from(const Json& array) {
  std::vector<SliceFigures> slices;
  for (const Json& json : array)
    slices.push_back({json.at("field").get<std::string>(), json.at("slice").get<std::string>(),
                      json.at("rows").get<std::size_t>(), metrics_from(json.at("metrics"))});
  return slices;
}

Json to_json(const std::optional<IntervalFigures>& interval) {
  if (!interval) return nullptr;
  return {{"coverage", IntervalPredictor::coverage},
          {"measured_coverage", interval->coverage},
          {"mean_width", interval->mean_width}};
}

std::optional<IntervalFigures> interval_from(const Json& json) {
  if (json.is_null()) return std::nullopt;
  return IntervalFigures{json.at("measured_coverage").get<double>(),
                         json.at("mean_width").get<double>()};
}

/// Manifests of the first version only say "log_target".
Target target_from(const Json& json) {
  if (json.contains("target")) return parse_target(json["target"].get<std::string>()).value();
  return json.at("log_target").get<bool>() ? Target::log_price : Target::price;
}

Json recipe_of(const Manifest& manifest) {
  if (!manifest.recipe.is_null()) return manifest.recipe;
  return {{"params", manifest.params}, {"tuning", nullptr}};
}

bool was_stopped(const Manifest& manifest) {
  return manifest.tuning.is_object() && manifest.tuning.value("end", "") == "stopped";
}

Manifest manifest_from(const Json& json) {
  Manifest manifest;
  manifest.id = json.at("id").get<std::string>();
  manifest.kind = json.at("kind").get<std::string>();
  manifest.name = json.at("name").get<std::string>();
  manifest.created_at = json.at("created_at").get<std::string>();
  manifest.params = json.at("params");
  manifest.target = target_from(json);
  manifest.recipe = json.value("recipe", Json());
  manifest.dataset = dataset_from(json.at("dataset"));
  manifest.split = split_from(json.at("split"));
  manifest.metrics = metrics_from(json.at("metrics"));
  manifest.slices = slices_from(json.value("slices", Json::array()));
  manifest.interval = interval_from(json.value("interval", Json()));
  manifest.tuning = json.at("tuning");
  manifest.duration_seconds = json.at("duration_seconds").get<double>();
  manifest.versions = json.at("versions");
  if (json.contains("files"))
    manifest.files = json["files"].get<std::map<std::string, std::string>>();
  return manifest;
}

std::string checksum_of(Json json) {
  json.erase("checksum");
  return sha256_hex(json.dump());
}

}  // namespace

Json to_json(const Manifest& manifest) {
  Json json = {{"schema_version", schema_version},
               {"id", manifest.id},
               {"kind", manifest.kind},
               {"name", manifest.name},
               {"created_at", manifest.created_at},
               {"params", manifest.params},
               {"log_target", manifest.target == Target::log_price},
               {"target", name_of(manifest.target)},
               {"recipe", recipe_of(manifest)},
               {"dataset", to_json(manifest.dataset)},
               {"split", to_json(manifest.split)},
               {"metrics", to_json(manifest.metrics)},
               {"slices", to_json(manifest.slices)},
               {"interval", to_json(manifest.interval)},
               {"tuning", manifest.tuning},
               {"duration_seconds", manifest.duration_seconds},
               {"versions", manifest.versions},
               {"files", manifest.files}};
  json["checksum"] = checksum_of(json);
  return json;
}

Manifest parse_manifest(std::string_view text, std::string_view place) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object())
    throw StorageError(place, "the manifest is cut short or is not JSON",
                       "restore it, or train the model again");
  const Json version = json.value("schema_version", Json());
  if (version.is_number_integer() && version > schema_version)
    throw StorageError(place, "the manifest is of the newer version " + version.dump(),
                       "update diamond");
  if (json.contains("checksum") && json["checksum"] != checksum_of(json))
    throw StorageError(place, "the manifest was changed after it was written",
                       "restore it, or train the model again");
  try {
    return manifest_from(json);
  } catch (const std::exception&) {
    throw StorageError(place, "the manifest lacks something or holds what it should not",
                       "restore it, or train the model again");
  }
}

bool same_test_rows(const Manifest& a, const Manifest& b) {
  const SplitSettings& left = a.split.settings;
  const SplitSettings& right = b.split.settings;
  return a.dataset.sha256 == b.dataset.sha256 && left.method == right.method &&
         left.test_size == right.test_size && left.seed == right.seed;
}

bool same_training(const Manifest& a, const Manifest& b) {
  return same_test_rows(a, b) && a.kind == b.kind && a.name == b.name && a.target == b.target &&
         recipe_of(a) == recipe_of(b) && !was_stopped(a) && !was_stopped(b);
}

std::string_view name_of(SplitMethod method) {
  return method == SplitMethod::hash ? "hash" : "shuffle";
}

}  // namespace diamond
