#include "catch.h"
#include "support/messages.h"
#include "support/reference.h"

#include <diamond/core/error.h>
#include <diamond/pipeline/original_form.h>
#include <diamond/pipeline/training_config.h>

using namespace diamond;
using namespace diamond::testing;

namespace {

Json translated(const std::string& text, std::vector<std::string>* notes = nullptr) {
  std::vector<std::string> said;
  const Json ours = from_original_form(Json::parse(text), "old.json", said);
  if (notes != nullptr) *notes = said;
  return ours;
}

std::string fault_of(const std::string& text) {
  return message_of<UsageError>([&] { (void)translated(text); });
}

/// A document whose model is LinearRegression with these further members of "model".
std::string linear_with(const std::string& members) {
  return R"({"model": {"class": "sklearn.linear_model.LinearRegression", )" + members + "}}";
}

}  // namespace

TEST_CASE("the original's linear example is ours with other words") {
  std::vector<std::string> notes;
  const Json document = read_json(source_directory() / "config/examples/original_linear.json");
  REQUIRE(is_original_form(document));
  const Json ours = from_original_form(document, "old.json", notes);
  CHECK(ours ==
        Json::parse(R"({"dataset_path": "data", "models_path": "artifacts/models", "test_size": 0.2,
    "random_seed": 42, "models": [{"kind": "linear", "params": {}, "log_target": true}], "metrics": ["r2", "mae"]})"));
  CHECK(notes.empty());
  const TrainingConfig config = parse_training_config(ours, builtin_estimators(), "old.json");
  CHECK(config.models[0].settings.target == Target::log_price);
}

TEST_CASE("the original's xgboost is ours with its parameters and metrics") {
  const Json ours = translated(
      R"({"dataset_path": "data", "models_path": "m", "test_size": 0.25, "random_seed": 7,
    "preprocessing_fn": "src.data_manager.diamond_xgb_preprocessor",
    "model": {"class": "xgboost.XGBRegressor", "params": {"max_depth": 5, "learning_rate": 0.1},
              "log_normalize": false, "parameter_tuning": {}},
    "val_metrics": ["sklearn.metrics.mean_absolute_error", "sklearn.metrics.r2_score"], "log_file": "training.log"})");
  CHECK(ours["models"][0]["kind"] == "xgboost");
  CHECK(ours["models"][0]["params"]["max_depth"] == 5);
  CHECK(ours["models"][0]["params"]["learning_rate"] == 0.1);
  CHECK(ours["models"][0]["log_target"] == false);
  CHECK(ours["metrics"] == Json({"mae", "r2"}));
  CHECK(ours["test_size"] == 0.25);
  CHECK(ours["random_seed"] == 7);
  CHECK(ours["models_path"] == "m");
  CHECK(ours["log_file"] == "training.log");
}

TEST_CASE("the original fits the price itself where it does not say otherwise") {
  CHECK(translated(linear_with(R"("params": {})"))["models"][0]["log_target"] == false);
}

TEST_CASE("our form is not taken for the original's") {
  CHECK_FALSE(is_original_form(Json::parse(R"({"models": [{"kind": "linear"}]})")));
  CHECK_FALSE(is_original_form(Json::parse("[]")));
  CHECK(is_original_form(Json::parse(R"({"preprocessing_fn": "f"})")));
  std::vector<std::string> notes;
  const Json ours = Json::parse(R"({"models": [{"kind": "linear"}]})");
  CHECK(in_our_form(ours, "a.json", notes) == ours);
}

TEST_CASE("parameters that only steer Python are left out with a note") {
  std::vector<std::string> notes;
  const Json ours = translated(
      linear_with(
          R"("params": {"copy_X": true, "n_jobs": 4, "positive": false, "fit_intercept": false})"),
      &notes);
  CHECK(ours["models"][0]["params"] == Json({{"fit_intercept", false}}));
  REQUIRE(notes.size() == 3);
  check_says(notes[0], {"#/model/params/copy_X", "no effect"});
}

TEST_CASE("a parameter that would change the model and that we have not is an error") {
  check_says(fault_of(linear_with(R"("params": {"positive": true})")),
             {"old.json#/model/params/positive: ", "not offered here"});
}

TEST_CASE("the original's tuning is a study over the same space") {
  const Json ours = translated(R"({"preprocessing_fn": "src.data_manager.diamond_xgb_preprocessor",
    "model": {"class": "xgboost.XGBRegressor",
              "params": {"enable_categorical": true, "random_state": 7, "n_jobs": 2, "gamma": null},
              "parameter_tuning": {"val_perc": 0.25, "random_seed": 3, "n_trials": 5,
                "metric": "sklearn.metrics.mean_absolute_error",
                "learning_rate": {"type": "float", "min": 0.001, "max": 1.0},
                "max_depth": {"type": "int", "min": 3, "max": 9},
                "subsample": {"type": "categorical", "values": [0.5, 1.0]}}}})");
  const Json model = ours["models"][0];
  CHECK(model["params"] == Json({{"features", "notebook"},
                                 {"base_score", "library"},
                                 {"seed", 7},
                                 {"n_estimators", 100}}));
  CHECK(model["tuning"] ==
        Json({{"validation_share", 0.25},
              {"seed", 3},
              {"trials", 5},
              {"metric", "mae"},
              {"search_space",
               {{"learning_rate", {{"type", "float"}, {"min", 0.001}, {"max", 1.0}, {"log", true}}},
                {"max_depth", {{"type", "int"}, {"min", 3}, {"max", 9}}},
                {"subsample", {{"type", "categorical"}, {"values", {0.5, 1.0}}}}}}}));
}

TEST_CASE("the original's number of trees is kept where it is named or searched for") {
  const auto params_of = [](const std::string& params, const std::string& tuning) {
    return translated(R"({"model": {"class": "xgboost.XGBRegressor", "params": )" + params +
                      R"(, "parameter_tuning": )" + tuning + "}}")["models"][0]["params"];
  };
  CHECK(params_of(R"({"n_estimators": 7})", "{}")["n_estimators"] == 7);
  CHECK_FALSE(params_of("{}", R"({"n_estimators": {"type": "int", "min": 1, "max": 9}})")
                  .contains("n_estimators"));
}

TEST_CASE("a metric of the original's tuning that has no counterpart is told with its place") {
  check_says(fault_of(R"({"model": {"class": "xgboost.XGBRegressor",
                          "parameter_tuning": {"metric": "sklearn.metrics.max_error"}}})"),
             {"old.json#/model/parameter_tuning/metric: ", "max_error"});
}

TEST_CASE("a class that has no counterpart is told with those that have") {
  check_says(fault_of(R"({"model": {"class": "sklearn.svm.SVR"}})"),
             {"old.json#/model/class: ", "'sklearn.svm.SVR'", "LinearRegression, XGBRegressor"});
}

TEST_CASE("a preprocessor has to be that of the class") {
  const std::string model = R"("model": {"class": "LinearRegression"}})";
  check_says(fault_of(R"({"preprocessing_fn": "a.diamond_xgb_preprocessor", )" + model),
             {"old.json#/preprocessing_fn: ", "does not go with \"LinearRegression\""});
  check_says(fault_of(R"({"preprocessing_fn": "a.my_own", )" + model),
             {"old.json#/preprocessing_fn: ", "'a.my_own'", "diamond_linear_preprocessor"});
}

TEST_CASE("a document that is not of the original form is told with its pointer") {
  check_says(fault_of(R"({"preprocessing_fn": "f"})"), {"old.json#: ", "'model' is missing"});
  check_says(fault_of(R"({"model": {"class": "LinearRegression", "log_normalise": true}})"),
             {"old.json#/model/log_normalise: ", "did you mean 'log_normalize'?"});
  check_says(fault_of(R"({"model": {"class": "LinearRegression"}, "test_size": 1.5})"),
             {"old.json#/test_size: "});
}

TEST_CASE("each of the original's metrics has our name") {
  CHECK(metric_from_original("sklearn.metrics.r2_score", "") == "r2");
  CHECK(metric_from_original("sklearn.metrics.mean_absolute_error", "") == "mae");
  CHECK(metric_from_original("sklearn.metrics.root_mean_squared_error", "") == "rmse");
  CHECK(metric_from_original("mean_absolute_percentage_error", "") == "mape");
  check_says(
      fault_of(
          R"({"model": {"class": "LinearRegression"}, "val_metrics": ["r2_score", "a.max_error"]})"),
      {"old.json#/val_metrics/1: ", "'a.max_error'", "known are r2_score, mean_absolute_error"});
}
