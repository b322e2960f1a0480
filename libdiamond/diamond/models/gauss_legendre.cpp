#include <diamond/models/gauss_legendre.h>

#include <cmath>
#include <numbers>
#include <utility>

namespace diamond {
namespace {

/// The Legendre polynomial of this degree and its derivative at x, by Bonnet's recursion.
std::pair<double, double> legendre(std::size_t degree, double x) {
  double before = 0;
  double value = 1;
  for (std::size_t i = 1; i <= degree; ++i) {
    const auto n = static_cast<double>(i);
    before = std::exchange(value, ((2 * n - 1) * x * value - (n - 1) * before) / n);
  }
  return {value, static_cast<double>(degree) * (x * value - before) / (x * x - 1)};
}

}  // namespace

Quadrature gauss_legendre(std::size_t count) {
  constexpr int newton_steps = 10;  // three are enough from such a start
  Quadrature quadrature;
  for (std::size_t i = 0; i < count; ++i) {
    double root = -std::cos(std::numbers::pi * (static_cast<double>(i) + 0.75) /
                            (static_cast<double>(count) + 0.5));
    for (int step = 0; step < newton_steps; ++step) {
      const auto [value, slope] = legendre(count, root);
      root -= value / slope;
    }
    const double slope = legendre(count, root).second;
    quadrature.nodes.push_back((1 + root) / 2);
    quadrature.weights.push_back(1 / ((1 - root * root) * slope * slope));
  }
  return quadrature;
}

}  // namespace diamond
