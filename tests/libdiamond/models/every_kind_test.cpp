// What is promised of every kind of model, and so of each new one: it is only listed in
// builtin_estimators(), and has to pass.
#include "catch.h"
#include "support/messages.h"
#include "support/share_place.h"
#include "support/stones.h"
#include "support/temporary_directory.h"

#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/models/estimator_catalog.h>

#include <bit>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

using namespace diamond;
using namespace diamond::testing;

namespace {

std::vector<std::string> all_kinds() {
  const EstimatorCatalog catalog = builtin_estimators();  // whose names the views are
  std::vector<std::string> kinds;
  for (const std::string_view kind : catalog.kinds()) kinds.emplace_back(kind);
  return kinds;
}

/// Some stones, and a fit of one kind to them.
struct Trial {
  explicit Trial(const std::string& kind, Target target = Target::log_price)
      : estimator(catalog.at(kind, "test")),
        settings{checked_params(estimator, Json::object(), "test"), target, 42} {}

  [[nodiscard]] std::unique_ptr<Model> fit(const FitControl& control = {}) const {
    return estimator.fit({TableView{table, rows}}, settings, control).model;
  }

  EstimatorCatalog catalog = builtin_estimators();
  const Estimator& estimator;
  FitSettings settings;
  Table table = table_of(random_stones(400, 17));
  std::vector<std::uint32_t> rows = all_rows(table);
};

std::vector<double> predictions(const Model& model, const Table& table) {
  const auto rows = all_rows(table);
  std::vector<double> prices(rows.size());
  model.predict({table, rows}, prices);
  return prices;
}

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (std::bit_cast<std::uint64_t>(a[i]) != std::bit_cast<std::uint64_t>(b[i])) return false;
  return true;
}

const Table& other_stones() {
  static const Table table = table_of(random_stones(3'000, 18));
  return table;
}

/// The mean absolute error on stones that no model has learned from, in USD.
double error_of(const Model& model) {
  const std::vector<double> prices = predictions(model, other_stones());
  std::vector<double> actual(prices.size());
  other_stones()[Quantity::price].gather(all_rows(other_stones()), actual);
  return evaluate(Metric::mae, actual, prices);
}

}  // namespace

TEST_CASE("every kind: loaded, it predicts the same to the bit, on every target") {
  const std::string kind = GENERATE(from_range(all_kinds()));
  const Target target = GENERATE(Target::price, Target::log_price, Target::sqrt_price);
  CAPTURE(kind, name_of(target));
  const Trial trial(kind, target);
  const auto model = trial.fit();
  const TemporaryDirectory directory;
  model->save(directory.path());
  const auto loaded = trial.estimator.load(directory.path());
  CHECK(same_bits(predictions(*loaded, other_stones()), predictions(*model, other_stones())));
}

TEST_CASE("every kind: one stone costs what it costs among many, to the bit") {
  const std::string kind = GENERATE(from_range(all_kinds()));
  CAPTURE(kind);
  const auto model = Trial(kind).fit();
  const auto together = predictions(*model, other_stones());
  std::vector<double> alone;
  for (std::size_t i = 0; i < other_stones().rows(); ++i)
    alone.push_back(model->predict(other_stones().row(i).stone));
  CHECK(same_bits(alone, together));
}

TEST_CASE("every kind: several threads may ask one model") {
  const std::string kind = GENERATE(from_range(all_kinds()));
  CAPTURE(kind);
  const auto model = Trial(kind).fit();
  const auto expected = predictions(*model, other_stones());
  std::vector<std::vector<double>> answers(4);
  {
    std::vector<std::jthread> threads;
    for (auto& answer : answers)
      threads.emplace_back([&] {
        for (std::size_t i = 0; i < other_stones().rows(); ++i)
          answer.push_back(model->predict(other_stones().row(i).stone));
      });
  }
  for (const auto& answer : answers) CHECK(same_bits(answer, expected));
}

TEST_CASE("every kind: the same seed gives the same model") {
  const std::string kind = GENERATE(from_range(all_kinds()));
  CAPTURE(kind);
  const Trial trial(kind);
  CHECK(same_bits(predictions(*trial.fit(), other_stones()),
                  predictions(*trial.fit(), other_stones())));
}

TEST_CASE("every kind: no rows are predicted without a fault, and nothing is learned from none") {
  const std::string kind = GENERATE(from_range(all_kinds()));
  CAPTURE(kind);
  Trial trial(kind);
  CHECK_NOTHROW(predictions(*trial.fit(), Table()));
  trial.rows.clear();
  check_says(message_of<TrainingError>([&] { (void)trial.fit(); }), {"no rows to learn from"});
}

TEST_CASE(
    "every kind: stopped from outside, it gives a model that predicts, or says that it is too "
    "soon") {
  const std::string kind = GENERATE(from_range(all_kinds()));
  CAPTURE(kind);
  const Trial trial(kind);
  std::stop_source source;
  SECTION("on its way, where it has one") {
    const std::vector<std::uint32_t> train(trial.rows.begin(), trial.rows.begin() + 300);
    const std::vector<std::uint32_t> rest(trial.rows.begin() + 300, trial.rows.end());
    FitControl control;
    control.stop = source.get_token();
    control.report = [&](double /*value*/) { source.request_stop(); };
    const auto model =
        trial.estimator
            .fit({{trial.table, train}, TableView{trial.table, rest}}, trial.settings, control)
            .model;
    for (const double price : predictions(*model, other_stones())) CHECK(price > 0);
  }
  SECTION("before it began") {
    source.request_stop();
    FitControl control;
    control.stop = source.get_token();
    try {
      const auto model = trial.fit(control);
      CHECK(model->predict(other_stones().row(0).stone) > 0);
    } catch (const TrainingError& error) {
      check_says(error.what(), {"stopped"});
    }
  }
}

TEST_CASE("every kind: what is not a whole model of its kind is refused by file") {
  const std::string kind = GENERATE(from_range(all_kinds()));
  CAPTURE(kind);
  const Trial trial(kind);
  const TemporaryDirectory directory;
  trial.fit()->save(directory.path());
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory.path())) {
    if (!entry.is_regular_file()) continue;
    CAPTURE(entry.path().string());
    const std::string whole = read_file(entry.path());
    std::filesystem::resize_file(entry.path(), whole.size() / 2);
    check_says(message_of<StorageError>([&] { (void)trial.estimator.load(directory.path()); }),
               {entry.path().filename().string()});
    write_file(entry.path(), whole);
  }
}

TEST_CASE("every kind: it describes itself, and its defaults are allowed") {
  const std::string kind = GENERATE(from_range(all_kinds()));
  CAPTURE(kind);
  const EstimatorCatalog catalog = builtin_estimators();
  const Estimator& estimator = catalog.at(kind, "test");
  CHECK_FALSE(estimator.summary().empty());
  const Json schema = estimator.params_schema();
  for (const auto& [name, rule] : schema["properties"].items()) {
    CAPTURE(name);
    CHECK_FALSE(rule.value("description", "").empty());
  }
  CHECK_NOTHROW(estimator.check_params(checked_params(estimator, Json::object(), "test"), "test"));
  check_says(message_of<UsageError>([&] {
               estimator.check_params({{"no_such_thing", 1}}, "x.json#/models/0/params");
             }),
             {"x.json#/models/0/params", "no_such_thing"});
}

TEST_CASE("every kind: prices that are all the same are learned") {
  const std::string kind = GENERATE(from_range(all_kinds()));
  CAPTURE(kind);
  Trial trial(kind);
  auto stones = random_stones(400, 19);
  for (PricedDiamond& one : stones) one.price = 777;
  trial.table = table_of(stones);
  for (const double price : predictions(*trial.fit(), other_stones()))
    CHECK(std::abs(price - 777) < 0.1);
}

TEST_CASE("every kind: an explanation's base value and effects add up to the price") {
  const std::string kind = GENERATE(from_range(all_kinds()));
  const Target target =
      GENERATE(Target::price, Target::log_price, Target::sqrt_price, Target::log_price_per_carat);
  CAPTURE(kind, name_of(target));
  const auto model = Trial(kind, target).fit();
  const auto explainer = model->explainer();
  for (std::size_t i = 0; i < 100; ++i) {
    const Diamond diamond = other_stones().row(i).stone;
    const double price = model->predict(diamond);
    const Explanation explanation = explainer->explain(diamond);
    double sum = explanation.base_value;
    double size = std::abs(sum) + std::abs(price);
    for (const double effect : explanation.effects) sum += effect;
    CHECK(std::abs(sum - price) <= 1e-6 * size);
    if (!explanation.factors) continue;
    double product = explanation.base_value;
    for (const double factor : *explanation.factors) product *= factor;
    CHECK(relative_difference(product, price) < 1e-6);
  }
}

TEST_CASE("every kind: loaded, it explains the same, and several threads may ask") {
  const std::string kind = GENERATE(from_range(all_kinds()));
  CAPTURE(kind);
  const Trial trial(kind, Target::log_price_per_carat);
  const auto model = trial.fit();
  const TemporaryDirectory directory;
  model->save(directory.path());
  const auto loaded = trial.estimator.load(directory.path());
  const auto explainer = model->explainer();
  const auto other = loaded->explainer();
  const auto ask = [](const Explainer& one) {
    std::vector<double> numbers;
    for (std::size_t i = 0; i < 50; ++i) {
      const Explanation explanation = one.explain(other_stones().row(i).stone);
      numbers.push_back(explanation.base_value);
      numbers.insert(numbers.end(), explanation.effects.begin(), explanation.effects.end());
    }
    return numbers;
  };
  const auto expected = ask(*explainer);
  std::vector<std::vector<double>> answers(4);
  {
    std::vector<std::jthread> threads;
    for (auto& answer : answers) threads.emplace_back([&] { answer = ask(*other); });
  }
  for (const auto& answer : answers) CHECK(same_bits(answer, expected));
}

TEST_CASE("every kind: where all stones cost the same, no field has an effect") {
  const std::string kind = GENERATE(from_range(all_kinds()));
  CAPTURE(kind);
  Trial trial(kind);
  auto stones = random_stones(400, 19);
  for (PricedDiamond& one : stones) one.price = 777;
  trial.table = table_of(stones);
  const auto model = trial.fit();
  const Explanation explanation = model->explainer()->explain(other_stones().row(0).stone);
  CHECK(std::abs(explanation.base_value - 777) < 0.1);
  for (const double effect : explanation.effects) CHECK(std::abs(effect) < 0.1);
}

TEST_CASE("every kind: learns from rows on the disk, whether or not they fit into the memory") {
  const std::string kind = GENERATE(from_range(all_kinds()));
  const bool in_memory = GENERATE(true, false);
  CAPTURE(kind, in_memory);
  Trial trial(kind);
  const std::vector<PricedDiamond> stones = random_stones(300, 17);
  const std::vector<PricedDiamond> learned{stones.begin(), stones.begin() + 240};
  const SharePlace place(learned, {stones.begin() + 240, stones.end()});
  Alone alone;
  const RowShare share(place.files, alone,
                       in_memory ? std::nullopt : std::optional(place.directory.path()));
  FitControl control;
  control.threads = 1;  // several wait for each other busily, for long where others want them too
  const auto model = trial.estimator.fit_share(share, Metric::mae, trial.settings, control).model;
  trial.table = table_of(learned);
  trial.rows = all_rows(trial.table);
  CHECK(error_of(*model) < 1.2 * error_of(*trial.fit()));
}
