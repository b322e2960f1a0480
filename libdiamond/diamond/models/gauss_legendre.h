// Integrals from 0 to 1 of what is nearly a polynomial.
#pragma once

#include <cstddef>
#include <vector>

namespace diamond {

/// An integral from 0 to 1 as Σ weightᵢ f(nodeᵢ).
struct Quadrature {
  std::vector<double> nodes;
  std::vector<double> weights;
};

/// Gauss and Legendre's (Gauss 1814): exact for polynomials up to the degree 2·count − 1. No node
/// is 0 or 1. Requires: count > 0.
[[nodiscard]] Quadrature gauss_legendre(std::size_t count);

}  // namespace diamond
