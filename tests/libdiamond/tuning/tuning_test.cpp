#include "catch.h"
#include "support/messages.h"
#include "support/stones.h"
#include "support/temporary_directory.h"

#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/models/estimator_catalog.h>
#include <diamond/tuning/tuning.h>

#include <mutex>
#include <set>
#include <string>
#include <vector>

using namespace diamond;
using namespace diamond::testing;

namespace {

const Json quick_trees = {{"n_estimators", 15}};
const Json quick_space = {
    {"learning_rate", {{"type", "float"}, {"min", 0.05}, {"max", 0.5}, {"log", true}}},
    {"max_depth", {{"type", "int"}, {"min", 2}, {"max", 6}}},
    {"subsample", {{"type", "float"}, {"min", 0.5}, {"max", 1.0}}}};

/// A study of small forests over some stones.
struct Fixture {
  EstimatorCatalog catalog = builtin_estimators();
  Table table = table_of(random_stones(400, 37));
  std::vector<std::uint32_t> rows = all_rows(table);
  TemporaryDirectory directory;
  std::string kind = "xgboost";
  Json params = quick_trees;

  [[nodiscard]] const Estimator& estimator() const { return catalog.at(kind, "test"); }

  [[nodiscard]] FitSettings settings() const {
    return {checked_params(estimator(), params, "test"), Target::log_price, 42};
  }

  [[nodiscard]] TuningSettings tuning(const Json& json) const {
    return parse_tuning(json, estimator(), settings().params, 42, "a.json#/models/0/tuning");
  }

  [[nodiscard]] std::string refusal(const Json& json) const {
    return message_of<UsageError>([&] { (void)tuning(json); });
  }

  TuningResult tune(const Json& json, const std::string& file = "trials.jsonl") const {
    return diamond::tune(estimator(), settings(), tuning(json), {table, rows}, directory / file, {},
                         {});
  }
};

/// All of the trials but the time that they took.
std::string without_times(const std::vector<Trial>& trials, const SearchSpace& space) {
  std::string lines;
  for (Trial trial : trials) {
    trial.duration_seconds = 0;
    lines += to_line(trial, space) + "\n";
  }
  return lines;
}

/// Keeps the rows that it was fitted to; its price is a constant.
class Spy final : public Estimator {
 public:
  std::string summary() const override { return "spy"; }
  Json params_schema() const override {
    return {{"type", "object"}, {"properties", {{"price", {{"type", "number"}, {"default", 1}}}}}};
  }
  FittedModel fit(const FitRows& rows, const FitSettings& settings,
                  const FitControl& /*control*/) const override {
    const std::lock_guard lock(mutex_);
    train_.emplace_back(rows.train.rows.begin(), rows.train.rows.end());
    validation_.emplace_back(rows.validation->rows.begin(), rows.validation->rows.end());
    return {std::make_unique<Constant>(settings.params.at("price").get<double>())};
  }
  std::unique_ptr<Model> load(const std::filesystem::path& /*directory*/) const override {
    return nullptr;
  }

  [[nodiscard]] const auto& train() const { return train_; }
  [[nodiscard]] const auto& validation() const { return validation_; }

 private:
  class Constant final : public Model {
   public:
    explicit Constant(double price) : price_(price) {}
    double predict(const Diamond& /*diamond*/) const override { return price_; }
    void predict(const TableView& /*view*/, std::span<double> prices) const override {
      std::fill(prices.begin(), prices.end(), price_);
    }
    void save(const std::filesystem::path& /*directory*/) const override {}

   private:
    double price_;
  };

  mutable std::mutex mutex_;
  mutable std::vector<std::set<std::uint32_t>> train_;
  mutable std::vector<std::set<std::uint32_t>> validation_;
};

}  // namespace

TEST_CASE("a tuning gives the parameters of its best trial, those that are not tuned among them") {
  const Fixture f;
  const Json json = {{"trials", 12}, {"search_space", quick_space}};
  const TuningResult result = f.tune(json);
  const Trial* best = result.study.best(Better::lower);
  REQUIRE(best != nullptr);
  CHECK(result.study.trials.size() == 12);
  CHECK(result.params["n_estimators"] == 15);
  CHECK(result.params["learning_rate"] == best->point[0]);
  for (const Trial& trial : result.study.trials)
    if (trial.state == TrialState::complete) CHECK(trial.value >= best->value);
}

TEST_CASE("a tuning that was cut short at any line goes on and ends as one that was not") {
  const Fixture f;
  const Json json = {{"trials", 10}, {"search_space", quick_space}};
  const SearchSpace space = f.tuning(json).space;
  const std::string whole = without_times(f.tune(json, "whole.jsonl").study.trials, space);
  const std::string lines = read_file(f.directory / "whole.jsonl");
  for (const std::size_t cut :
       {std::size_t{0}, std::size_t{100}, lines.size() / 2, lines.size() - 5}) {
    INFO(cut);
    f.directory.write("cut.jsonl", lines.substr(0, cut));
    CHECK(without_times(f.tune(json, "cut.jsonl").study.trials, space) == whole);
  }
}

TEST_CASE("a number of trees that trials find is the number that all rows are fitted with") {
  Fixture f;
  f.params = {{"learning_rate", 0.3}, {"early_stopping_rounds", 10}};
  const Json space = {{"max_depth", {{"type", "int"}, {"min", 2}, {"max", 5}}}};
  const TuningResult result = f.tune({{"trials", 4}, {"search_space", space}});
  const Trial* best = result.study.best(Better::lower);
  CHECK(result.params["n_estimators"] == best->found["n_estimators"]);
  CHECK(result.params["n_estimators"] >= 1);
}

TEST_CASE("validation rows come out of the training rows, a share of them or each fold in turn") {
  const Fixture f;
  const Spy spy;
  const std::vector<std::uint32_t> train = {3, 5, 7, 11, 13, 17, 19, 23, 29, 31};
  const std::set<std::uint32_t> all(train.begin(), train.end());
  const Json space = {{"price", {{"type", "float"}, {"min", 1}, {"max", 2}}}};
  Json json = {{"trials", 1}, {"search_space", space}, {"validation_share", 0.2}};
  SECTION("a share") {}
  SECTION("folds") {
    json["folds"] = 5;
  }
  (void)diamond::tune(spy, {Json{{"price", 1}}, Target::price, 1},
                      parse_tuning(json, spy, Json::object(), 7, "t"), {f.table, train},
                      f.directory / "t.jsonl", {}, {});
  REQUIRE(spy.train().size() == (json.contains("folds") ? 5 : 1));
  std::multiset<std::uint32_t> judged;
  for (std::size_t fold = 0; fold < spy.train().size(); ++fold) {
    std::set<std::uint32_t> both = spy.train()[fold];
    both.insert(spy.validation()[fold].begin(), spy.validation()[fold].end());
    CHECK(both == all);
    CHECK(spy.train()[fold].size() + spy.validation()[fold].size() == all.size());
    CHECK(spy.validation()[fold].size() == 2);
    judged.insert(spy.validation()[fold].begin(), spy.validation()[fold].end());
  }
  if (json.contains("folds")) CHECK(judged == std::multiset<std::uint32_t>(all.begin(), all.end()));
}

TEST_CASE("the defaults are a TPE of 100 trials over the kind's own space") {
  const Fixture f;
  const TuningSettings settings = f.tuning(Json::object());
  CHECK(settings.trials == 100);
  CHECK(settings.sampler == SamplerKind::tpe);
  CHECK(settings.pruner == PrunerKind::forecast);
  CHECK(settings.metric == Metric::mae);
  CHECK(settings.validation_share == 0.2);
  CHECK(settings.seed == 42);
  CHECK(to_json(settings.space) == to_json(parse_search_space(f.estimator().search_space(), "")));
  CHECK(parse_tuning(to_json(settings), f.estimator(), f.settings().params, 1, "t").seed == 42);
}

TEST_CASE("a member of a blend is tuned by its pointer") {
  Fixture f;
  f.kind = "blend";
  f.params = {{"members", {{{"kind", "xgboost"}, {"params", quick_trees}}, {{"kind", "linear"}}}}};
  const Json space = {{"/members/0/params/max_depth", {{"type", "int"}, {"min", 2}, {"max", 4}}}};
  const TuningResult result = f.tune({{"trials", 3}, {"search_space", space}});
  CHECK(result.params["members"][0]["params"]["max_depth"] >= 2);
  CHECK(result.params["members"][1]["kind"] == "linear");
}

TEST_CASE("a search space that is wrong is an error with its pointer") {
  Fixture f;
  const auto with = [](const Json& space) { return Json{{"search_space", space}}; };
  check_says(f.refusal(with({{"max_depth", {{"type", "int"}, {"min", 9}, {"max", 3}}}})),
             {"a.json#/models/0/tuning/search_space/max_depth"});
  check_says(f.refusal(with({{"max_depth", {{"type", "integer"}, {"min", 3}, {"max", 9}}}})),
             {"search_space/max_depth/type"});
  check_says(f.refusal(with({{"max_dept", {{"type", "int"}, {"min", 3}, {"max", 9}}}})),
             {"search_space/max_dept: ", "3 cannot be tried", "did you mean max_depth?"});
  check_says(f.refusal(with({{"subsample", {{"type", "float"}, {"min", 0.5}, {"max", 1.5}}}})),
             {"search_space/subsample: ", "1.5 cannot be tried"});
  check_says(f.refusal(with(Json::object())), {"search_space: ", "nothing to tune"});
  f.kind = "linear";
  f.params = Json::object();
  check_says(f.refusal(Json::object()), {"search_space: ", "nothing to tune"});
}

TEST_CASE("where no trial succeeds the first one's reason is told") {
  Fixture f;
  f.params = {{"n_estimators", 5}, {"objective", "reg:gamma"}};
  auto stones = random_stones(50, 41);
  for (PricedDiamond& one : stones) one.price = 0.5;  // a negative logarithm, which gamma refuses
  f.table = table_of(stones);
  f.rows = all_rows(f.table);
  const Json space = {{"max_depth", {{"type", "int"}, {"min", 2}, {"max", 4}}}};
  check_says(message_of<TrainingError>([&] {
               (void)f.tune({{"trials", 3}, {"search_space", space}});
             }),
             {"no trial succeeded", "trial 0 failed"});
}

TEST_CASE("too few rows to hold some out are told") {
  Fixture f;
  f.rows.resize(1);
  check_says(message_of<TrainingError>([&] {
               (void)f.tune({{"trials", 3}, {"search_space", quick_space}});
             }),
             {"too few training rows to hold some out: 1"});
}
