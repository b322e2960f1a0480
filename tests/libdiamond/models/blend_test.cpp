#include "catch.h"
#include "support/messages.h"
#include "support/stones.h"
#include "support/temporary_directory.h"

#include <diamond/core/error.h>
#include <diamond/core/json.h>
#include <diamond/models/estimator_catalog.h>

#include <cmath>
#include <vector>

using namespace diamond;
using namespace diamond::testing;

namespace {

/// A blend of the members, fitted to stones whose price is that of exact_price.
struct Fixture {
  EstimatorCatalog catalog = builtin_estimators();
  const Estimator& blend = catalog.at("blend", "test");
  Table table = table_of(random_stones(600, 31));
  std::vector<std::uint32_t> rows = all_rows(table);
  TemporaryDirectory directory;

  [[nodiscard]] FitSettings settings(const Json& members) const {
    return {checked_params(blend, {{"members", members}, {"validation_share", 0.25}}, "test"),
            Target::log_price, 42};
  }

  /// What the saved model says of its members.
  Json saved_members(const Json& members) {
    blend.fit({{table, rows}}, settings(members), {}).model->save(directory.path());
    return read_json(directory / "blend.json")["members"];
  }

  [[nodiscard]] std::string refusal(const Json& params) const {
    return message_of<UsageError>([&] { blend.check_params(params, "a.json#/models/2/params"); });
  }
};

const Json carat_only = {{"kind", "linear"}, {"params", {{"quantities", Json::array()}}}};
const Json whole = {{"kind", "linear"}};

double sum_of_weights(const Json& members) {
  double sum = 0;
  for (const Json& member : members) sum += member["weight"].get<double>();
  return sum;
}

}  // namespace

TEST_CASE("a blend gives weight to the members that price held-out stones best") {
  Fixture f;
  const Json members = f.saved_members(Json::array({carat_only, whole}));
  // random_stones makes prices from carat and grades: without carat nothing can be told.
  CHECK(members.back()["weight"].get<double>() > 0.9);
}

TEST_CASE("what is remarkable about a member is said of the blend") {
  const Fixture f;
  const auto remarks = [&](const char* booster) {
    const Json trees = {{"kind", "xgboost"},
                        {"params", {{"n_estimators", 20}, {"booster", booster}}}};
    return f.blend.fit({{f.table, f.rows}}, f.settings(Json::array({trees})), {}).model->remarks();
  };
  CHECK(remarks("gbtree").empty());
  REQUIRE(remarks("dart").size() == 1);
  check_says(remarks("dart")[0], {"member 0: ", "XGBoost itself walks the trees"});
}

TEST_CASE("weights are at least 0, their sum is 1 give or take the scale") {
  Fixture f;
  const Json trees = {{"kind", "xgboost"},
                      {"params", {{"n_estimators", 60}, {"learning_rate", 0.1}}}};
  const Json members = f.saved_members(Json::array({whole, trees}));
  for (const Json& member : members) CHECK(member["weight"] > 0);
  CHECK(std::abs(sum_of_weights(members) - 1) < 0.0151);
}

TEST_CASE("a blend is at least about as good as its best member on rows that nobody has seen") {
  const Fixture f;
  const Table fresh = table_of(random_stones(2'000, 32));
  const auto fresh_rows = all_rows(fresh);
  std::vector<double> actual(fresh_rows.size());
  fresh[Quantity::price].gather(fresh_rows, actual);
  const auto mae = [&](const Json& members) {
    std::vector<double> prices(fresh_rows.size());
    f.blend.fit({{f.table, f.rows}}, f.settings(members), {})
        .model->predict({fresh, fresh_rows}, prices);
    return evaluate(Metric::mae, actual, prices);
  };
  const Json one = {{"kind", "xgboost"},
                    {"target", "log"},
                    {"params", {{"n_estimators", 80}, {"learning_rate", 0.1}}}};
  const Json two = {{"kind", "xgboost"},
                    {"target", "sqrt"},
                    {"seed", 5},
                    {"params", {{"n_estimators", 80}, {"learning_rate", 0.1}, {"subsample", 0.7}}}};
  CHECK(mae(Json::array({one, two})) <
        1.02 * std::min(mae(Json::array({one})), mae(Json::array({two}))));
}

TEST_CASE("members of one kind with other seeds and rows are other models") {
  const Fixture f;
  const Json params = {{"n_estimators", 20}, {"subsample", 0.7}};
  const auto priced = [&](const Json& member) {
    return f.blend.fit({{f.table, f.rows}}, f.settings(Json::array({member})), {})
        .model->predict(stone().stone);
  };
  const double first = priced({{"kind", "xgboost"}, {"params", params}, {"seed", 1}});
  CHECK(first != priced({{"kind", "xgboost"}, {"params", params}, {"seed", 2}}));
  CHECK(first != priced({{"kind", "xgboost"}, {"params", params}, {"seed", 1}, {"rows", 0.6}}));
}

TEST_CASE("a wrong member is an error with its pointer") {
  const Fixture f;
  check_says(f.refusal({{"members", Json::array()}}), {"a.json#/models/2/params/members: "});
  check_says(f.refusal({{"members", {{{"kind", "forest"}}}}}),
             {"params/members/0/kind: ", "linear"});
  check_says(f.refusal({{"members", {whole, {{"kind", "linear"}, {"params", {{"quantity", 1}}}}}}}),
             {"params/members/1/params/quantity: "});
  check_says(f.refusal({{"members", {{{"kind", "xgboost"}, {"params", {{"max_depth", -1}}}}}}}),
             {"params/members/0/params/max_depth: "});
  check_says(f.refusal({{"validation_share", 0}}), {"params/validation_share: "});
}

TEST_CASE("what its members find is found by the blend") {
  const Fixture f;
  const Json trees = {{"kind", "xgboost"},
                      {"params", {{"learning_rate", 0.2}, {"early_stopping_rounds", 10}}}};
  const Json found = f.blend.fit({{f.table, f.rows}}, f.settings(Json::array({trees})), {}).found;
  CHECK(found["members"][0]["params"]["n_estimators"] >= 1);
}

TEST_CASE("one training row is too few for a blend, and that is said") {
  Fixture f;
  f.rows.resize(1);
  check_says(message_of<TrainingError>([&] {
               (void)f.blend.fit({{f.table, f.rows}}, f.settings(Json::array({whole})), {});
             }),
             {"blend: ", "one training row is too few"});
}

TEST_CASE("a blend explains by its members' effects with their weights") {
  Fixture f;
  const Json per_carat = {{"kind", "linear"}, {"target", "log_per_carat"}};
  const auto model =
      f.blend.fit({{f.table, f.rows}}, f.settings(Json::array({carat_only, per_carat})), {}).model;
  model->save(f.directory.path());
  const Json members = read_json(f.directory / "blend.json")["members"];
  const Diamond diamond = stone({.carat = 1.3, .color = Color::E}).stone;
  Explanation expected;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const auto member =
        f.catalog.at("linear", "test").load(f.directory / ("member-" + std::to_string(i)));
    const Explanation part = member->explainer()->explain(diamond);
    const double weight = members[i]["weight"].get<double>();
    expected.base_value += weight * part.base_value;
    for (std::size_t field = 0; field < field_count; ++field)
      expected.effects[field] += weight * part.effects[field];
  }
  const Explanation explanation = model->explainer()->explain(diamond);
  CHECK(explanation.base_value == Approx(expected.base_value));
  for (std::size_t field = 0; field < field_count; ++field)
    CHECK(explanation.effects[field] == Approx(expected.effects[field]).margin(1e-9));
  REQUIRE(explanation.factors);
  double product = explanation.base_value;
  for (const double factor : *explanation.factors) product *= factor;
  CHECK(product == Approx(model->predict(diamond)));
}

TEST_CASE("a blend with a member that is not fitted to a logarithm has no factors") {
  Fixture f;
  const Json root = {{"kind", "linear"}, {"target", "sqrt"}};
  const auto explanation = [&](const Json& members) {
    return f.blend.fit({{f.table, f.rows}}, f.settings(members), {})
        .model->explainer()
        ->explain(stone().stone);
  };
  CHECK(explanation(Json::array({whole})).factors);
  CHECK_FALSE(explanation(Json::array({root})).factors);
}
