#include "schemas.h"

#include <diamond/core/error.h>
#include <diamond/core/json_schema.h>
#include <diamond/core/spelling.h>
#include <diamond/pipeline/original_form.h>

#include <algorithm>
#include <array>
#include <utility>

namespace diamond {
namespace {

using Words = std::pair<std::string_view, std::string_view>;

constexpr std::array<Words, 4> metrics = {{{"r2_score", "r2"},
                                           {"mean_absolute_error", "mae"},
                                           {"root_mean_squared_error", "rmse"},
                                           {"mean_absolute_percentage_error", "mape"}}};
constexpr std::array<Words, 2> kinds = {
    {{"LinearRegression", "linear"}, {"XGBRegressor", "xgboost"}}};
constexpr std::array<Words, 2> preprocessors = {
    {{"diamond_linear_preprocessor", "linear"}, {"diamond_xgb_preprocessor", "xgboost"}}};

/// The last part of a dotted Python name.
std::string last_part(const std::string& dotted) {
  return dotted.substr(dotted.rfind('.') + 1);
}

/// Our word for a dotted name of the original's.
template <std::size_t count>
std::string translate(const std::string& dotted, const std::array<Words, count>& words,
                      const std::string& place) {
  std::vector<std::string_view> known;
  for (const auto& [theirs, ours] : words) {
    if (last_part(dotted) == theirs) return std::string(ours);
    known.push_back(theirs);
  }
  throw UsageError(place, printable(dotted) + " has no counterpart here",
                   "known are " + join(known));
}

/// LinearRegression's parameters as those of kind "linear".
Json linear_params(const Json& params, const std::string& place, std::vector<std::string>& notes) {
  Json ours = Json::object();
  for (const auto& [name, value] : params.items()) {
    const std::string here = place + "/" + name;
    if (name == "fit_intercept")
      ours[name] = value;
    else if (name == "copy_X" || name == "n_jobs" || (name == "positive" && value == false))
      notes.push_back(here + " has no effect here");
    else
      throw UsageError(here, "LinearRegression's " + printable(name) + " is not offered here",
                       "take it out");
  }
  return ours;
}

/// XGBRegressor's parameters as those of kind "xgboost", which has the library's own names: the
/// notebook's features, and what Python leaves to the library is left to it.
Json xgboost_params(const Json& params, const std::string& place, std::vector<std::string>& notes) {
  constexpr std::array<std::string_view, 5> steer_python = {
      "n_jobs", "nthread", "verbosity", "importance_type", "early_stopping_rounds"};
  Json ours = {{"features", "notebook"}, {"base_score", "library"}};
  for (const auto& [name, value] : params.items()) {
    if (std::find(steer_python.begin(), steer_python.end(), name) != steer_python.end())
      notes.push_back(place + "/" + name + " has no effect here");
    else if (name == "random_state")
      ours["seed"] = value;
    else if (name != "enable_categorical" && !value.is_null())
      ours[name] = value;
  }
  return ours;
}

/// {"type", "min", "max"} or {"type", "values"}; floats are drawn on a logarithmic scale.
Json range_in_our_form(const Json& range) {
  Json ours = range;
  if (range.value("type", Json()) == "float") ours["log"] = true;
  return ours;
}

Json tuning_in_our_form(const Json& tuning, const std::string& place) {
  Json ours = Json::object();
  Json space = Json::object();
  for (const auto& [name, value] : tuning.items()) {
    if (name == "val_perc")
      ours["validation_share"] = value;
    else if (name == "random_seed")
      ours["seed"] = value;
    else if (name == "n_trials")
      ours["trials"] = value;
    else if (name == "metric")
      ours["metric"] = metric_from_original(value.get<std::string>(), place + "/metric");
    else
      space[name] = range_in_our_form(value);
  }
  ours["search_space"] = space;
  return ours;
}

Json model_in_our_form(const Json& document, const std::string& place,
                       std::vector<std::string>& notes) {
  const Json& model = document.at("model");
  const std::string here = place + "#/model";
  const std::string kind = translate(model.at("class").get<std::string>(), kinds, here + "/class");
  if (document.contains("preprocessing_fn")) {
    const std::string where = place + "#/preprocessing_fn";
    const std::string name = document["preprocessing_fn"].get<std::string>();
    if (translate(name, preprocessors, where) != kind)
      throw UsageError(where, printable(name) + " does not go with " + model["class"].dump(),
                       "use the preprocessor of this class");
  }
  const Json params = model.value("params", Json::object());
  const Json tuning = model.value("parameter_tuning", Json::object());
  Json ours = {{"kind", kind},
               {"params", kind == "linear" ? linear_params(params, here + "/params", notes)
                                           : xgboost_params(params, here + "/params", notes)},
               {"log_target", model.value("log_normalize", false)}};
  // XGBRegressor makes 100 trees where nobody says how many; ours would look for their number.
  if (kind == "xgboost" && !params.contains("n_estimators") && !tuning.contains("n_estimators"))
    ours["params"]["n_estimators"] = 100;
  if (!tuning.empty()) ours["tuning"] = tuning_in_our_form(tuning, here + "/parameter_tuning");
  return ours;
}

}  // namespace

bool is_original_form(const Json& document) {
  return document.is_object() &&
         (document.contains("model") || document.contains("preprocessing_fn"));
}

Json from_original_form(const Json& document, std::string_view place,
                        std::vector<std::string>& notes) {
  static const Json schema = Json::parse(schemas::original_training());
  check_against_schema(document, schema, place);
  Json ours = Json::object();
  for (const char* same : {"dataset_path", "models_path", "test_size", "random_seed", "log_file"})
    if (document.contains(same)) ours[same] = document[same];
  ours["models"] = Json::array({model_in_our_form(document, std::string(place), notes)});
  if (document.contains("val_metrics")) {
    ours["metrics"] = Json::array();
    for (std::size_t i = 0; i < document["val_metrics"].size(); ++i)
      ours["metrics"].push_back(
          metric_from_original(document["val_metrics"][i].get<std::string>(),
                               std::string(place) + "#/val_metrics/" + std::to_string(i)));
  }
  return ours;
}

std::string metric_from_original(const std::string& dotted_name, const std::string& place) {
  return translate(dotted_name, metrics, place);
}

}  // namespace diamond
