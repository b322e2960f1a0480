#include "catch.h"
#include "support/stones.h"

#include <diamond/models/model.h>

#include <algorithm>
#include <filesystem>

using namespace diamond;
using namespace diamond::testing;

namespace {

/// A kind that brings no explainer of its own.
class Formula final : public Model {
 public:
  explicit Formula(double (*price)(const Diamond& diamond)) : price_(price) {}

  double predict(const Diamond& diamond) const override { return price_(diamond); }
  void predict(const TableView& view, std::span<double> prices) const override {
    for (std::size_t i = 0; i < view.size(); ++i)
      prices[i] = price_(view.table.row(view.rows[i]).stone);
  }
  void save(const std::filesystem::path& /*directory*/) const override {}

 private:
  double (*price_)(const Diamond& diamond);
};

double effect(const Explanation& explanation, Field field) {
  return explanation.effects[static_cast<std::size_t>(field)];
}

}  // namespace

TEST_CASE("model: without an explainer of its own, what a sum adds is against the typical stone") {
  const Formula model([](const Diamond& d) { return 1000 * d.carat + 10 * d.x - d.table; });
  const Diamond diamond = stone({.carat = 1.7, .table = 60, .x = 6.2}).stone;
  const Explanation explanation = model.explainer()->explain(diamond);
  CHECK(explanation.base_value == model.predict(typical_stone));
  CHECK(effect(explanation, Field::carat) == Approx(1000));
  CHECK(effect(explanation, Field::x) == Approx(5));
  CHECK(effect(explanation, Field::table) == Approx(-3));
  CHECK(effect(explanation, Field::clarity) == Approx(0).margin(1e-9));
  CHECK_FALSE(explanation.factors);
}

TEST_CASE("model: without an explainer of its own, what takes several fields they share") {
  // 6 USD for a stone that is heavy, ideal and of color D, which the typical one is not at all
  const Formula model([](const Diamond& d) {
    return d.carat > 1 && d.cut == Cut::ideal && d.color == Color::D ? 6.0 : 0.0;
  });
  const Explanation explanation =
      model.explainer()->explain(stone({.carat = 2, .cut = Cut::ideal, .color = Color::D}).stone);
  CHECK(explanation.base_value == 0);
  for (const Field field : {Field::carat, Field::cut, Field::color})
    CHECK(effect(explanation, field) == Approx(2));
}
