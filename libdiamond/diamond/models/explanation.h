// Why a model finds a price: what each field of the stone adds to it.
#pragma once

#include <diamond/core/diamond.h>

#include <array>
#include <optional>

namespace diamond {

/// A number for each field of a stone, by Field.
using PerField = std::array<double, field_count>;

struct Explanation {
  /// What the model would say of a stone of which nothing is known, USD.
  double base_value = 0;
  /// What each field adds to that, USD: base_value and the effects add up to the price.
  PerField effects{};
  /// What each field multiplies it with: base_value times the factors is the price. Only of models
  /// that are fitted to a logarithm, which compare stones by ratios.
  std::optional<PerField> factors;
};

/// Explains the prices of one model. Never changes; safe from any thread.
class Explainer {
 public:
  virtual ~Explainer() = default;

  [[nodiscard]] virtual Explanation explain(const Diamond& diamond) const = 0;
};

}  // namespace diamond
