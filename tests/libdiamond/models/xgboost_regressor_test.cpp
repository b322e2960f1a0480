#include "catch.h"
#include "support/messages.h"
#include "support/notebook.h"
#include "support/stones.h"
#include "support/temporary_directory.h"

#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/models/tree_shap.h>
#include <diamond/models/xgboost_library.h>
#include <diamond/models/xgboost_regressor.h>

#include <cmath>
#include <random>
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

namespace {

/// Some stones, split into rows to learn from and rows to judge by.
struct Rows {
  Table table = table_of(random_stones(1'000, 23));
  std::vector<std::uint32_t> all = all_rows(table);
  std::vector<std::uint32_t> train{all.begin(), all.begin() + 800};
  std::vector<std::uint32_t> validation{all.begin() + 800, all.end()};

  [[nodiscard]] FitRows with_validation() const {
    return {{table, train}, TableView{table, validation}};
  }

  [[nodiscard]] double mae(const Model& model, const std::vector<std::uint32_t>& rows) const {
    std::vector<double> actual(rows.size());
    table[Quantity::price].gather(rows, actual);
    return evaluate(Metric::mae, actual, predictions(model, {table, rows}));
  }
};

std::string refusal_of(const Json& params) {
  return message_of<UsageError>(
      [&] { make_xgboost_regressor()->check_params(params, "a.json#/models/0/params"); });
}

}  // namespace

TEST_CASE("a parameter that neither we nor the library know is an error with its pointer") {
  check_says(
      refusal_of({{"max_depth", 5}, {"max_dept", 6}}),
      {"a.json#/models/0/params/max_dept: ", "no such parameter", "did you mean max_depth?"});
  check_says(refusal_of({{"zzz", 1}}), {"params/zzz: ", "documentation"});
}

TEST_CASE("a value that the library does not allow is an error with its pointer and its words") {
  check_says(refusal_of({{"max_depth", -3}}), {"a.json#/models/0/params/max_depth: ", "-3"});
  check_says(refusal_of({{"learning_rate", "fast"}}), {"params/learning_rate: "});
  check_says(refusal_of({{"subsample", 1.5}}), {"params/subsample: ", "1.5"});
  check_says(refusal_of({{"tree_method", "guess"}}), {"params/tree_method: "});
  check_says(refusal_of({{"base_score", "median"}}), {"params/base_score: ", "mean"});
  check_says(refusal_of({{"features", "all"}}), {"params/features: ", "derived"});
}

TEST_CASE("every parameter of the library passes, by any of its names") {
  const Json params = {{"eta", 0.1},
                       {"reg_lambda", 2},
                       {"reg_alpha", 0.5},
                       {"max_delta_step", 1},
                       {"monotone_constraints", "(1)"},
                       {"max_cat_to_onehot", 6},
                       {"gamma", 0.1},
                       {"num_parallel_tree", 2}};
  CHECK_NOTHROW(make_xgboost_regressor()->check_params(params, "test"));
}

TEST_CASE("without a number of trees it takes the one that the validation rows like best") {
  const Rows rows;
  const Json params = {{"learning_rate", 0.1}, {"early_stopping_rounds", 20}};
  const auto estimator = make_xgboost_regressor();
  const FittedModel found = estimator->fit(rows.with_validation(), settings_of(params), {});
  const int trees = found.found.at("n_estimators").get<int>();
  const double best = rows.mae(*found.model, rows.validation);
  CAPTURE(trees, best);
  for (const int other : {trees - 10, trees + 15}) {
    Json named = params;
    named["n_estimators"] = other;
    const auto model = estimator->fit(rows.with_validation(), settings_of(named), {}).model;
    CHECK(rows.mae(*model, rows.validation) >= best);
  }
}

TEST_CASE("without validation rows it holds some out to find the number, and learns from all") {
  const Rows rows;
  const FittedModel fitted = make_xgboost_regressor()->fit(
      {{rows.table, rows.train}}, settings_of({{"learning_rate", 0.1}}), {});
  const Json named = {{"learning_rate", 0.1}, {"n_estimators", fitted.found.at("n_estimators")}};
  const auto same =
      make_xgboost_regressor()->fit({{rows.table, rows.train}}, settings_of(named), {}).model;
  CHECK(predictions(*fitted.model, {rows.table, rows.validation}) ==
        predictions(*same, {rows.table, rows.validation}));
}

TEST_CASE(
    "the metric at the eighths of a named number of trees is told, the last being the model's") {
  const Rows rows;
  std::vector<double> told;
  FitControl control;
  control.report = [&](double value) { told.push_back(value); };
  const auto model = make_xgboost_regressor()
                         ->fit(rows.with_validation(), settings_of({{"n_estimators", 40}}), control)
                         .model;
  REQUIRE(told.size() == 8);
  CHECK(told.back() == rows.mae(*model, rows.validation));
}

TEST_CASE("a fit that is stopped has the trees that it had") {
  const Rows rows;
  std::stop_source source;
  FitControl control;
  control.stop = source.get_token();
  control.report = [&](double /*value*/) { source.request_stop(); };
  const auto stopped =
      make_xgboost_regressor()
          ->fit(rows.with_validation(), settings_of({{"n_estimators", 40}}), control)
          .model;
  const auto five = make_xgboost_regressor()
                        ->fit(rows.with_validation(), settings_of({{"n_estimators", 5}}), {})
                        .model;
  CHECK(predictions(*stopped, {rows.table, rows.all}) ==
        predictions(*five, {rows.table, rows.all}));
}

TEST_CASE("fits that share what is made from the rows give what fits alone give") {
  const Rows rows;
  FitCache cache;
  FitControl sharing;
  sharing.cache = &cache;
  for (const int depth : {3, 6, 3}) {
    const FitSettings settings =
        settings_of({{"n_estimators", 20}, {"max_depth", depth}, {"subsample", 0.7}});
    const auto alone = make_xgboost_regressor()->fit(rows.with_validation(), settings, {}).model;
    const auto shared =
        make_xgboost_regressor()->fit(rows.with_validation(), settings, sharing).model;
    CHECK(predictions(*alone, {rows.table, rows.all}) ==
          predictions(*shared, {rows.table, rows.all}));
  }
}

TEST_CASE("rows weighed by price make dear stones count for more") {
  const Rows rows;
  const auto bias_on_dearest = [&](double power) {
    const auto model =
        make_xgboost_regressor()
            ->fit({{rows.table, rows.train}},
                  settings_of({{"n_estimators", 3}, {"max_depth", 2}, {"price_weight", power}},
                              Target::price),
                  {})
            .model;
    double mean = 0;
    for (const double price : predictions(*model, {rows.table, rows.train})) mean += price;
    return mean;
  };
  CHECK(bias_on_dearest(1.0) > 1.02 * bias_on_dearest(0.0));
}

TEST_CASE("a grade that no training stone has can be asked for") {
  auto stones = random_stones(300, 29);
  for (PricedDiamond& one : stones)
    if (one.stone.clarity == Clarity::IF) one.stone.clarity = Clarity::VVS1;
  const Table table = table_of(stones);
  const auto rows = all_rows(table);
  for (const char* features : {"derived", "notebook"}) {
    INFO(features);
    const auto model =
        make_xgboost_regressor()
            ->fit({{table, rows}}, settings_of({{"features", features}, {"n_estimators", 20}}), {})
            .model;
    const double price = model->predict(stone({.clarity = Clarity::IF}).stone);
    CHECK(price > 0);
    CHECK(std::isfinite(price));
  }
}

TEST_CASE("trees that only the library can walk are walked by it, and that is said") {
  const Rows rows;
  const TemporaryDirectory directory;
  const auto estimator = make_xgboost_regressor();
  const auto fit = [&](const Json& params) {
    return estimator->fit({{rows.table, rows.train}}, settings_of(params), {}).model;
  };
  CHECK(fit({{"n_estimators", 10}})->remarks().empty());
  const auto dart = fit({{"n_estimators", 10}, {"booster", "dart"}});
  REQUIRE(dart->remarks().size() == 1);
  check_says(dart->remarks()[0], {"XGBoost itself", "slower", "its booster is not gbtree"});
  dart->save(directory.path());
  const auto loaded = estimator->load(directory.path());
  CHECK(loaded->remarks() == dart->remarks());
  CHECK(predictions(*loaded, {rows.table, rows.all}) == predictions(*dart, {rows.table, rows.all}));
  const double alone = loaded->predict(rows.table.row(3).stone);
  CHECK(alone == predictions(*dart, {rows.table, rows.all})[3]);
}

TEST_CASE("a loaded model can be saved again, and is the same file") {
  const Rows rows;
  const TemporaryDirectory first;
  const TemporaryDirectory second;
  const auto estimator = make_xgboost_regressor();
  estimator->fit({{rows.table, rows.train}}, settings_of({{"n_estimators", 3}}), {})
      .model->save(first.path());
  estimator->load(first.path())->save(second.path());
  CHECK(read_file(second / "model.ubj") == read_file(first / "model.ubj"));
}

TEST_CASE("trees of other columns than the features' are refused by file") {
  const Rows rows;
  const TemporaryDirectory directory;
  const auto estimator = make_xgboost_regressor();
  const auto save = [&](const char* features) {
    estimator
        ->fit({{rows.table, rows.train}},
              settings_of({{"n_estimators", 3}, {"features", features}}), {})
        .model->save(directory.path());
  };
  save("notebook");
  const std::string trees = read_file(directory / "model.ubj");
  save("derived");
  directory.write("model.ubj", trees);
  check_says(message_of<StorageError>([&] { (void)estimator->load(directory.path()); }),
             {"model.ubj: ", "9 columns", "22"});
}

TEST_CASE("a model of a newer library or of other features is refused, and says which") {
  const Rows rows;
  const TemporaryDirectory directory;
  const auto estimator = make_xgboost_regressor();
  estimator->fit({{rows.table, rows.train}}, settings_of({{"n_estimators", 3}}), {})
      .model->save(directory.path());
  const Json whole = read_json(directory / "features.json");
  const auto fault_with = [&](const char* key, const Json& value) {
    Json changed = whole;
    changed[key] = value;
    directory.write("features.json", changed.dump());
    return message_of<StorageError>([&] { (void)estimator->load(directory.path()); });
  };
  check_says(fault_with("library", "99.1.0"),
             {"features.json: ", "XGBoost 99.1.0", "update XGBoost"});
  check_says(fault_with("features", "magic"), {"'magic'", "train the model again"});
  check_says(fault_with("columns", {"carat"}), {"has changed since the model was trained"});
  check_says(fault_with("target", "cube"), {"does not say what the trees are fed"});
  check_says(fault_with("schema_version", 99), {"not an xgboost model of version 1"});
}

namespace {

/// Base value and effects of a stone against its price.
void check_adds_up(const Model& model, const Diamond& diamond) {
  const Explanation explanation = model.explainer()->explain(diamond);
  double sum = explanation.base_value;
  for (const double effect : explanation.effects) sum += effect;
  CHECK(sum == Approx(model.predict(diamond)).epsilon(1e-9));
}

}  // namespace

TEST_CASE("prices are explained whatever the trees are, and whoever walks them") {
  const Json params = GENERATE(values<Json>({
      {{"objective", "reg:gamma"}},
      {{"objective", "reg:squarederror"}, {"features", "notebook"}},
      {{"booster", "dart"}},
      {{"booster", "dart"}, {"objective", "reg:tweedie"}},
  }));
  const Target target =
      GENERATE(Target::price, Target::sqrt_price, Target::log_price, Target::log_price_per_carat);
  CAPTURE(params.dump(), name_of(target));
  const Table table = table_of(random_stones(300, 71));
  const auto rows = all_rows(table);
  Json whole = params;
  whole["n_estimators"] = 10;
  const auto model =
      make_xgboost_regressor()->fit({{table, rows}}, settings_of(whole, target), {}).model;
  for (std::size_t i = 0; i < 20; ++i) check_adds_up(*model, table.row(i).stone);
}

TEST_CASE("derived features give what they add to the fields that they are made of") {
  // of prices that follow from the box x·y·z alone, whose grades and depth say nothing
  auto stones = random_stones(500, 72);
  for (PricedDiamond& one : stones) one.price = 10 * one.stone.x * one.stone.y * one.stone.z;
  const Table table = table_of(stones);
  const auto rows = all_rows(table);
  const auto model =
      make_xgboost_regressor()->fit({{table, rows}}, settings_of({{"n_estimators", 50}}), {}).model;
  const Explanation explanation =
      model->explainer()->explain(stone({.x = 7.5, .y = 7.6, .z = 4.7}).stone);
  const auto factor = [&](Field field) {
    return explanation.factors->at(static_cast<std::size_t>(field));
  };
  for (const Field field : {Field::x, Field::y, Field::z}) CHECK(factor(field) > 1.05);
  for (const Field field : {Field::cut, Field::color, Field::clarity, Field::table})
    CHECK(factor(field) == Approx(1).margin(0.05));
}

TEST_CASE("a model of before explanations is loaded, and explains against 0.7 carat") {
  const Table table = table_of(random_stones(300, 73));
  const auto rows = all_rows(table);
  const auto estimator = make_xgboost_regressor();
  const auto model = estimator
                         ->fit({{table, rows}},
                               settings_of({{"n_estimators", 5}}, Target::log_price_per_carat), {})
                         .model;
  const TemporaryDirectory directory;
  model->save(directory.path());
  Json file = read_json(directory / "features.json");
  const double mean = file.at("mean_log_carat").get<double>();
  file.erase("mean_log_carat");
  directory.write("features.json", file.dump());
  const auto loaded = estimator->load(directory.path());
  const Diamond diamond = table.row(7).stone;
  check_adds_up(*loaded, diamond);
  CHECK(loaded->explainer()->explain(diamond).base_value / 0.7 ==
        Approx(model->explainer()->explain(diamond).base_value / std::exp(mean)));
}

TEST_CASE("trees too large for our walks are explained by the library") {
  std::vector<PricedDiamond> stones = random_stones(120'000, 74);
  std::mt19937 random(75);
  for (std::size_t i = 0; i < stones.size(); ++i) {
    stones[i].stone.carat = 0.2 + static_cast<double>(i) / 20'000;
    stones[i].price = 1'000 + static_cast<double>(random() % 1'000'000);
  }
  const Table table = table_of(stones);
  const auto rows = all_rows(table);
  const Json params = {{"n_estimators", 1},
                       {"tree_method", "exact"},
                       {"max_depth", 40},
                       {"min_child_weight", 0},
                       {"lambda", 0}};
  const auto model =
      make_xgboost_regressor()->fit({{table, rows}}, settings_of(params, Target::price), {}).model;
  const TemporaryDirectory directory;
  model->save(directory.path());
  REQUIRE_FALSE(TreeShap::from_ubjson(read_file(directory / "model.ubj")));
  check_adds_up(*model, table.row(123).stone);
}
