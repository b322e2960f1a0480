#include "catch.h"
#include "support/messages.h"
#include "support/notebook.h"
#include "support/stones.h"
#include "support/temporary_directory.h"

#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/core/json_schema.h>
#include <diamond/data/cleaning.h>
#include <diamond/data/csv_reader.h>
#include <diamond/data/split.h>
#include <diamond/features/one_hot.h>
#include <diamond/metrics/regression_metrics.h>
#include <diamond/models/linear_regression.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <random>
#include <thread>

using namespace diamond;
using namespace diamond::testing;

namespace {

FitSettings settings_of(Target target, const Json& params = Json::object()) {
  return {with_defaults(params, make_linear_regression()->params_schema()), target, 42};
}

std::unique_ptr<Model> fit_to(const TableView& rows, const FitSettings& settings) {
  return make_linear_regression()->fit({rows}, settings, {}).model;
}

std::unique_ptr<Model> fit(const Table& table, const FitSettings& settings) {
  const auto rows = all_rows(table);
  return fit_to({table, rows}, settings);
}

/// What the model's file says.
Json saved(const Model& model) {
  const TemporaryDirectory directory;
  model.save(directory.path());
  return read_json(directory / "model.json");
}

std::vector<double> predictions(const Model& model, const Table& table,
                                std::span<const std::uint32_t> rows) {
  std::vector<double> prices(rows.size());
  model.predict({table, rows}, prices);
  return prices;
}

/// Stones whose price is exactly 100 + 4000 carat + 50 x + 30 for each step of cut + 7 for each of
/// color + 11 of clarity.
std::vector<PricedDiamond> exact_stones(std::size_t count, std::uint32_t seed) {
  auto stones = random_stones(count, seed);
  for (PricedDiamond& one : stones)
    one.price = 100 + 4000 * one.stone.carat + 50 * one.stone.x +
                30 * static_cast<int>(one.stone.cut) + 7 * static_cast<int>(one.stone.color) +
                11 * static_cast<int>(one.stone.clarity);
  return stones;
}

}  // namespace

TEST_CASE("on the log of the price it is the notebook's model") {
  const Json& figures = reference()["linear_log_price"];
  const auto& [table, split] = notebook();
  const auto model = fit_to({table, split.train}, settings_of(Target::log_price));
  const auto predicted = predictions(*model, table, split.test);
  const auto actual = notebook_test_prices();
  check_metrics(figures, actual, predicted);
  for (std::size_t i = 0; i < figures["first_test_predictions"].size(); ++i) {
    CHECK(relative_difference(predicted[i], figures["first_test_predictions"][i].get<double>()) <=
          1e-9);
    CHECK(actual[i] == figures["first_test_actual"][i].get<double>());
  }

  const Json file = saved(*model);
  CHECK(std::abs(file["intercept"].get<double>() - figures["intercept"].get<double>()) <= 1e-6);
  REQUIRE(file["coefficients"].size() == figures["coefficients"].size());
  for (const auto& [name, value] : figures["coefficients"].items()) {
    INFO(name);
    CHECK(std::abs(file["coefficients"][name].get<double>() - value.get<double>()) <= 1e-6);
  }
}

TEST_CASE("on the price itself it is the notebook's model and may ask for less than nothing") {
  const Json& figures = reference()["linear_raw_price"];
  const auto& [table, split] = notebook();
  const auto model = fit_to({table, split.train}, settings_of(Target::price));
  const auto predicted = predictions(*model, table, split.test);
  check_metrics(figures, notebook_test_prices(), predicted);
  CHECK(std::count_if(predicted.begin(), predicted.end(), [](double price) { return price < 0; }) ==
        figures["negative_predictions"]);
}

TEST_CASE("an exact rule is found exactly") {
  const auto model = fit(table_of(exact_stones(3'000, 41)), settings_of(Target::price));
  for (const PricedDiamond& one : exact_stones(200, 42))
    CHECK(std::abs(model->predict(one.stone) - one.price) < 1e-7);
  const Json coefficients = saved(*model)["coefficients"];
  CHECK(std::abs(coefficients["carat"].get<double>() - 4000) < 1e-7);
  CHECK(std::abs(coefficients["x"].get<double>() - 50) < 1e-7);
  CHECK(std::abs(coefficients["cut_Ideal"].get<double>() - 120) < 1e-7);  // 4 steps above Fair
  CHECK(std::abs(coefficients["color_J"].get<double>() + 42) < 1e-7);     // 6 steps below D
  CHECK(std::abs(coefficients["clarity_IF"].get<double>() - 77) < 1e-7);  // 7 steps above I1
}

TEST_CASE("without an intercept a stone that is all zeros costs nothing") {
  auto stones = exact_stones(2'000, 43);
  for (PricedDiamond& one : stones)
    one.price = 4000 * one.stone.carat + 30 * static_cast<int>(one.stone.cut);
  const auto model = fit(table_of(stones), settings_of(Target::price, {{"fit_intercept", false}}));
  CHECK(saved(*model)["intercept"] == 0.0);
  CHECK(
      std::abs(
          model->predict(
              stone(
                  {.carat = 2, .cut = Cut::fair, .color = Color::D, .clarity = Clarity::I1, .x = 0})
                  .stone) -
          8000) < 1e-6);
}

TEST_CASE("columns that the data do not tell apart share their effect") {
  auto stones = exact_stones(1'000, 44);
  for (PricedDiamond& one : stones) {
    one.stone.x = one.stone.carat;
    one.price = 10 + 6000 * one.stone.carat;
  }
  const auto model = fit(table_of(stones), settings_of(Target::price));
  const Json coefficients = saved(*model)["coefficients"];
  CHECK(std::abs(coefficients["carat"].get<double>() - 3000) < 1e-5);
  CHECK(std::abs(coefficients["x"].get<double>() - 3000) < 1e-5);
}

TEST_CASE("a grade that never occurs has the coefficient zero") {
  auto stones = exact_stones(1'000, 45);
  for (PricedDiamond& one : stones)
    if (one.stone.clarity == Clarity::IF) one.stone.clarity = Clarity::VVS1;
  CHECK(saved(*fit(table_of(stones), settings_of(Target::price)))["coefficients"]["clarity_IF"] ==
        0.0);
}

TEST_CASE("a quantity that never varies has the coefficient zero") {
  const std::size_t count = GENERATE(10U, 1'000U, 5'000U, 100'000U);
  const double constant = GENERATE(0.7, 6.54, 1e6 / 3);
  auto stones = exact_stones(count, 46);
  for (PricedDiamond& one : stones) one.stone.x = constant;
  INFO(count << " rows, x = " << constant);
  CHECK(saved(*fit(table_of(stones), settings_of(Target::price)))["coefficients"]["x"] == 0.0);
}

TEST_CASE("one row teaches its own price") {
  const auto model = fit(table_of({stone({.price = 1234})}), settings_of(Target::log_price));
  CHECK(relative_difference(model->predict(stone({.carat = 2, .cut = Cut::fair}).stone), 1234) <
        1e-12);
}

TEST_CASE("no rows teach nothing") {
  check_says(message_of<TrainingError>([] { (void)fit(Table(), settings_of(Target::price)); }),
             {"no rows"});
}

TEST_CASE("numbers without a finite solution are an error") {
  auto stones = exact_stones(100, 47);
  stones[50].price = 1e200;
  stones[51].stone.carat = 1e200;
  check_says(
      message_of<TrainingError>([&] { (void)fit(table_of(stones), settings_of(Target::price)); }),
      {"no finite solution"});
}

TEST_CASE("a model that was saved and loaded predicts the same to the bit") {
  const TemporaryDirectory directory;
  const Target target = GENERATE(Target::price, Target::log_price);
  const Table table = table_of(random_stones(2'000, 48));
  const auto rows = all_rows(table);
  const auto model = fit(table, settings_of(target, {{"quantities", {"z", "carat", "depth"}}}));
  model->save(directory.path());
  const auto loaded = make_linear_regression()->load(directory.path());
  CHECK(predictions(*loaded, table, rows) == predictions(*model, table, rows));
}

TEST_CASE("one stone at a time costs the same to the bit as many") {
  const Target target = GENERATE(Target::price, Target::log_price);
  const Table table = table_of(random_stones(5'000, 49));
  const auto model = fit(table, settings_of(target));
  auto rows = all_rows(table);
  std::shuffle(rows.begin(), rows.end(), std::mt19937(1));
  const auto many = predictions(*model, table, rows);
  std::size_t different = 0;
  for (std::size_t i = 0; i < rows.size(); ++i)
    different += model->predict(table.row(rows[i]).stone) != many[i] ? 1 : 0;
  CHECK(different == 0);
}

TEST_CASE("several threads may ask one model at once") {
  const Table table = table_of(random_stones(3'000, 50));
  const auto rows = all_rows(table);
  const auto model = fit(table, settings_of(Target::log_price));
  const auto expected = predictions(*model, table, rows);
  std::vector<std::size_t> different(4, 0);
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < different.size(); ++t)
      threads.emplace_back([&, t] {
        for (std::size_t i = 0; i < rows.size(); ++i)
          different[t] += model->predict(table.row(i).stone) != expected[i] ? 1 : 0;
        different[t] += predictions(*model, table, rows) != expected ? 1 : 0;
      });
  }
  CHECK(different == std::vector<std::size_t>(4, 0));
}

TEST_CASE("the order of the rows does not matter") {
  const Table table = table_of(random_stones(4'000, 51));
  auto rows = all_rows(table);
  const auto estimator = make_linear_regression();
  const auto settings = settings_of(Target::log_price);
  const auto in_order = fit_to({table, rows}, settings);
  std::shuffle(rows.begin(), rows.end(), std::mt19937(2));
  const auto shuffled = fit_to({table, rows}, settings);
  std::size_t different = 0;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    const Diamond one = table.row(i).stone;
    different +=
        relative_difference(shuffled->predict(one), in_order->predict(one)) > 1e-12 ? 1 : 0;
  }
  CHECK(different == 0);
}

TEST_CASE("a row that a view names twice counts twice") {
  // Three stones that differ in price only: the fitted price is the mean over the view's rows.
  const Table table = table_of({stone({.price = 100}), stone({.price = 400})});
  const std::vector<std::uint32_t> rows = {0, 0, 1};
  const auto model = fit_to({table, rows}, settings_of(Target::price));
  CHECK(relative_difference(model->predict(stone().stone), 200) < 1e-12);
}

TEST_CASE("a model file that is not whole is an error that names it") {
  const TemporaryDirectory directory;
  const auto estimator = make_linear_regression();
  fit(table_of(random_stones(100, 52)), settings_of(Target::price))->save(directory.path());
  const Json whole = read_json(directory / "model.json");
  const auto fails = [&](const std::string& text) {
    directory.write("model.json", text);
    check_says(
        message_of<StorageError>([&] { (void)estimator->load(directory.path()); }),
        {(directory / "model.json").string(), "not a whole linear model", "train the model again"});
  };
  fails("");
  fails("[]");
  fails(whole.dump().substr(0, 200));
  for (const char* key :
       {"kind", "schema_version", "target", "quantities", "intercept", "coefficients"}) {
    INFO(key);
    Json without = whole;
    without.erase(key);
    fails(without.dump());
  }
  const auto fails_with = [&](const char* pointer, const Json& value) {
    Json changed = whole;
    changed[Json::json_pointer(pointer)] = value;
    fails(changed.dump());
  };
  fails_with("/kind", "xgboost");
  fails_with("/schema_version", 2);
  fails_with("/intercept", "zero");
  fails_with("/intercept", nullptr);
  fails_with("/quantities", {"carat", "weight"});
  fails_with("/quantities", {"carat", "price"});
  fails_with("/coefficients/carat", nullptr);
  Json without_dummy = whole;
  without_dummy["coefficients"].erase("cut_Ideal");
  fails(without_dummy.dump());

  std::filesystem::remove(directory / "model.json");
  check_says(message_of<StorageError>([&] { (void)estimator->load(directory.path()); }),
             {"model.json"});
}

TEST_CASE("its parameters are held against their schema") {
  const Json schema = make_linear_regression()->params_schema();
  CHECK(with_defaults(Json::object(), schema) ==
        Json({{"quantities", {"carat", "x"}}, {"fit_intercept", true}}));
  check_says(message_of<UsageError>([&] {
               check_against_schema({{"quantities", {"price"}}}, schema, "p#");
             }),
             {"p#/quantities/0: ", "\"carat\", \"depth\""});
  check_says(message_of<UsageError>([&] {
               check_against_schema({{"fit_intercept", 1}}, schema, "p#");
             }),
             {"p#/fit_intercept: ", "boolean"});
  (void)message_of<UsageError>([&] {
    check_against_schema({{"quantities", {"x", "x"}}}, schema, "p#");
  });
}

TEST_CASE("the linear model explains a price by what each field is above its mean") {
  // the price is exactly 100 + 4000 carat + 50 x + 30 per step of cut + 7 of color + 11 of clarity
  const auto stones = exact_stones(500, 61);
  const auto model = fit(table_of(stones), settings_of(Target::price));
  double mean_price = 0;
  double mean_carat = 0;
  double mean_color = 0;
  for (const auto& [one, price] : stones) {
    mean_price += price / 500;
    mean_carat += one.carat / 500;
    mean_color += static_cast<double>(one.color) / 500;
  }
  const auto explainer = model->explainer();
  const Diamond diamond = stone({.carat = 1.2, .color = Color::D}).stone;
  const Explanation explanation = explainer->explain(diamond);
  const auto effect = [&](Field field) {
    return explanation.effects[static_cast<std::size_t>(field)];
  };
  CHECK(explanation.base_value == Approx(mean_price));
  CHECK(effect(Field::carat) == Approx(4000 * (1.2 - mean_carat)));
  CHECK(effect(Field::color) == Approx(7 * (6 - mean_color)));
  CHECK(effect(Field::y) == 0);
  CHECK_FALSE(explanation.factors);
}

TEST_CASE("a linear model of before explanations is loaded, and explains against zero") {
  const auto model = fit(table_of(exact_stones(500, 62)), settings_of(Target::log_price_per_carat));
  const TemporaryDirectory directory;
  model->save(directory.path());
  Json file = read_json(directory / "model.json");
  file.erase("means");
  file.erase("mean_log_carat");
  directory.write("model.json", file.dump());
  const auto loaded = make_linear_regression()->load(directory.path());
  const Diamond diamond = stone({.carat = 1.4}).stone;
  const Explanation explanation = loaded->explainer()->explain(diamond);
  CHECK(explanation.base_value == Approx(0.7 * std::exp(file["intercept"].get<double>())));
  CHECK(std::accumulate(explanation.effects.begin(), explanation.effects.end(),
                        explanation.base_value) == Approx(model->predict(diamond)));
}

TEST_CASE("without an intercept, prices are explained against the means all the same") {
  const auto stones = exact_stones(500, 63);
  const auto model = fit(table_of(stones), settings_of(Target::price, {{"fit_intercept", false}}));
  double mean_price = 0;
  for (const auto& [one, price] : stones) mean_price += model->predict(one) / 500;
  CHECK(model->explainer()->explain(stone().stone).base_value == Approx(mean_price));
}
