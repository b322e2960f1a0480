#include "catch.h"
#include "support/messages.h"
#include "support/notebook.h"
#include "support/temporary_directory.h"

#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/models/xgboost_library.h>
#include <diamond/models/xgboost_regressor.h>

#include <cmath>
#include <string>
#include <vector>

using namespace diamond;
using namespace diamond::testing;

namespace {

FitSettings settings_of(const Json& params, Target target = Target::log_price) {
  return {checked_params(*make_xgboost_regressor(), params, "test"), target, 42};
}

/// The notebook's own model: its columns, its target, its library defaults.
FitSettings notebook_settings(Json params) {
  params.update({{"features", "notebook"}, {"base_score", "library"}});
  return settings_of(params, Target::price);
}

std::vector<double> predictions(const Model& model, const TableView& view) {
  std::vector<double> prices(view.size());
  model.predict(view, prices);
  return prices;
}

/// What Python's XGBRegressor of this version of the library gives; empty where it was not asked.
Json figures_of_this_version(const std::string& name) {
  const std::string version = to_string(xgboost::library_version());
  for (const auto& [label, figures] : reference()[name]["by_library"].items())
    if (label.starts_with(version)) return figures;
  return {};
}

void check_against_python(const std::string& name) {
  const Json figures = figures_of_this_version(name);
  REQUIRE_FALSE(figures.empty());
  const auto& [table, split] = notebook();
  const FittedModel fitted = make_xgboost_regressor()->fit(
      {TableView{table, split.train}}, notebook_settings(reference()[name]["params"]), {});
  const std::vector<double> predicted = predictions(*fitted.model, {table, split.test});
  check_metrics(figures, notebook_test_prices(), predicted, 1e-12);
  const Json first = figures.value("first_test_predictions", Json::array());
  for (std::size_t i = 0; i < first.size(); ++i)
    CHECK(static_cast<float>(predicted[i]) == first[i].get<float>());
}

}  // namespace

TEST_CASE("with the library's defaults it is the notebook's XGBRegressor, to the digit") {
  check_against_python("xgboost_default");
}

TEST_CASE("with the parameters that Optuna found it is the notebook's tuned model, to the digit") {
  check_against_python("xgboost_tuned_by_optuna");
}
