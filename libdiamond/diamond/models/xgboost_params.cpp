#include <diamond/core/error.h>
#include <diamond/core/json_schema.h>
#include <diamond/core/spelling.h>
#include <diamond/features/feature_set.h>
#include <diamond/models/xgboost_params.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace diamond::xgboost {
namespace {

constexpr std::array<std::string_view, 5> own_params = {
    "features", "n_estimators", "early_stopping_rounds", "base_score", "price_weight"};

bool is_own(std::string_view name) {
  return std::find(own_params.begin(), own_params.end(), name) != own_params.end();
}

Json number_rule(const char* description) {
  return {{"description", description}, {"type", "number"}};
}

Json whole_rule(const char* description) {
  return {{"description", description}, {"type", "integer"}};
}

/// The rules of our own parameters.
Json own_rules() {
  Json features = Json::array();
  for (const std::string_view name : feature_set_names()) features.push_back(name);
  return {
      {"features",
       {{"description",
         "derived: grades as numbers, and what follows from the measures; notebook: the nine "
         "fields, grades as categories"},
        {"enum", features},
        {"default", "derived"}}},
      {"n_estimators",
       {{"description",
         "trees; left out: as many as lower the error on rows held out of the training rows"},
        {"type", "integer"},
        {"minimum", 1},
        {"maximum", 100'000}}},
      {"early_stopping_rounds",
       {{"description",
         "without n_estimators: trees without a gain on the held-out rows before it stops"},
        {"type", "integer"},
        {"minimum", 1},
        {"default", 100}}},
      {"base_score",
       {{"description",
         "what the trees are added to: a number, mean (of the target), or library (what XGBoost "
         "takes by itself)"},
        {"type", {"number", "string"}},
        {"default", "mean"}}},
      {"price_weight",
       {{"description",
         "a row weighs (price / mean price) to this power: 0, all the same; 0.5 makes a model of "
         "the log look after dear stones too"},
        {"type", "number"},
        {"minimum", 0},
        {"maximum", 2},
        {"default", 0}}}};
}

/// The rules of the library's parameters that are used most; it checks their ranges itself.
Json library_rules() {
  return {{"tree_method",
           {{"description", "how splits are found"},
            {"enum", {"hist", "approx", "exact"}},
            {"default", "hist"}}},
          {"booster", {{"description", "kind of trees"}, {"enum", {"gbtree", "dart"}}}},
          {"objective",
           {{"description", "the loss that is minimised"},
            {"enum",
             {"reg:squarederror", "reg:squaredlogerror", "reg:pseudohubererror",
              "reg:absoluteerror", "reg:gamma", "reg:tweedie", "count:poisson"}},
            {"default", "reg:squarederror"}}},
          {"learning_rate", number_rule("how much of each tree is added")},
          {"max_depth", whole_rule("levels of a tree; 0: as many as max_leaves allows")},
          {"max_leaves", whole_rule("leaves of a tree, with grow_policy lossguide")},
          {"grow_policy",
           {{"description", "which leaf is split next: level by level, or the one that gains most"},
            {"enum", {"depthwise", "lossguide"}}}},
          {"max_bin",
           {{"description", "histogram bins of a feature"},
            {"type", "integer"},
            {"minimum", 2},
            {"maximum", 65'535},
            {"default", 256}}},
          {"min_child_weight", number_rule("rows that a leaf has at least")},
          {"subsample", number_rule("share of the rows that each tree sees")},
          {"colsample_bytree", number_rule("share of the features that each tree sees")},
          {"colsample_bylevel", number_rule("share of the features that each level sees")},
          {"colsample_bynode", number_rule("share of the features that each split sees")},
          {"lambda", number_rule("L2 penalty on leaves")},
          {"alpha", number_rule("L1 penalty on leaves")},
          {"gamma", number_rule("gain that a split needs")},
          {"seed", whole_rule("left out: that of the training")}};
}

/// A value as the library reads it: lists as Python writes its tuples.
std::string to_library_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.dump();
  std::string text = value.dump();
  const bool is_flat = std::none_of(value.begin(), value.end(),
                                    [](const Json& item) { return item.is_structured(); });
  if (is_flat) {
    text.front() = '(';
    text.back() = ')';
  }
  return text;
}

/// The words that help to find what was meant.
std::vector<std::string> known_names() {
  std::vector<std::string> names;
  const Json schema = params_schema();
  for (const auto& [name, rule] : schema["properties"].items()) names.push_back(name);
  return names;
}

[[noreturn]] void refuse_unknown(const std::string& name, const std::string& here) {
  const std::vector<std::string> known = known_names();
  const std::vector<std::string_view> words(known.begin(), known.end());
  const std::string_view nearest = nearest_word(name, words);
  throw UsageError(here, "XGBoost " + to_string(library_version()) + " knows no such parameter",
                   nearest.empty() ? "its documentation lists them"
                                   : "did you mean " + std::string(nearest) + "?");
}

/// Something to be trained on, which the library wants to see before it looks at parameters.
Matrix one_stone() {
  return Matrix::dense({{{"carat", false}}, 1, [](std::size_t /*batch*/, MatrixRows& rows) {
                          rows = {{1}, {1}, {}};
                        }});
}

/// Asks the library about one parameter alone, so that it is known which one is wrong.
void check_with_library(const std::string& name, const Json& value, const std::string& here) {
  std::vector<std::string> unknown;
  try {
    const Matrix stone = one_stone();  // the booster does not keep it
    Booster booster(stone);
    booster.set(name, to_library_text(value));
    unknown = booster.unknown_parameters();
  } catch (const TrainingError& error) {
    throw UsageError(here, std::string("the library does not take this: ") + error.what(), "");
  }
  if (std::find(unknown.begin(), unknown.end(), name) != unknown.end()) refuse_unknown(name, here);
}

}  // namespace

Json params_schema() {
  Json rules = own_rules();
  rules.update(library_rules());
  return {{"type", "object"}, {"additionalProperties", true}, {"properties", rules}};
}

void check_params(const Json& params, std::string_view place) {
  check_against_schema(params, params_schema(), place);
  for (const auto& [name, value] : params.items()) {
    const std::string here = std::string(place) + "/" + name;
    if (!is_own(name)) check_with_library(name, value, here);
    if (name == "base_score" && value.is_string() && value != "mean" && value != "library")
      throw UsageError(here, printable(value.get<std::string>()) + " is not allowed",
                       "a number, \"mean\" or \"library\"");
  }
}

void set_library_params(Booster& booster, const Json& params) {
  for (const auto& [name, value] : params.items())
    if (!is_own(name)) booster.set(name, to_library_text(value));
}

}  // namespace diamond::xgboost
