#include <diamond/models/model.h>

#include <array>
#include <bit>
#include <cstddef>

namespace diamond {
namespace {

constexpr std::size_t coalitions = std::size_t{1} << field_count;

/// The typical stone with the fields of a coalition, a bit each, taken from another.
Diamond mixed(const Diamond& stone, std::size_t coalition) {
  const auto has = [coalition](Field field) {
    return (coalition >> static_cast<std::size_t>(field) & 1U) != 0;
  };
  Diamond mixture = typical_stone;
  for (const Quantity quantity : stone_quantities)
    if (has(field_of(quantity))) value_of(mixture, quantity) = value_of(stone, quantity);
  if (has(Field::cut)) mixture.cut = stone.cut;
  if (has(Field::color)) mixture.color = stone.color;
  if (has(Field::clarity)) mixture.clarity = stone.clarity;
  return mixture;
}

/// By the number of others who came before: how likely it is that it is just these.
constexpr std::array<double, field_count> order_weights() {
  std::array<double, field_count> weights{};
  double choices = 1;  // of so many out of all the others
  for (std::size_t before = 0; before < field_count; ++before) {
    weights[before] = 1 / (choices * field_count);
    choices =
        choices * static_cast<double>(field_count - 1 - before) / static_cast<double>(before + 1);
  }
  return weights;
}

/// Shapley values by their definition, of any model.
class ShapleyExplainer final : public Explainer {
 public:
  explicit ShapleyExplainer(const Model& model) : model_(model) {}

  Explanation explain(const Diamond& diamond) const override {
    constexpr std::array weights = order_weights();
    std::array<double, coalitions> prices{};
    for (std::size_t i = 0; i < coalitions; ++i) prices[i] = model_.predict(mixed(diamond, i));
    Explanation explanation;
    explanation.base_value = prices.front();
    for (std::size_t field = 0; field < field_count; ++field) {
      const std::size_t bit = std::size_t{1} << field;
      for (std::size_t i = 0; i < coalitions; ++i)
        if ((i & bit) == 0)
          explanation.effects[field] +=
              weights[static_cast<std::size_t>(std::popcount(i))] * (prices[i | bit] - prices[i]);
    }
    return explanation;
  }

 private:
  const Model& model_;
};

}  // namespace

std::unique_ptr<const Explainer> Model::explainer() const {
  return std::make_unique<ShapleyExplainer>(*this);
}

}  // namespace diamond
