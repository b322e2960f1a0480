#include "catch.h"

#include <diamond/models/gauss_legendre.h>

#include <cmath>

using namespace diamond;

TEST_CASE("quadrature: n nodes are exact for all powers up to 2n - 1, and for no higher one") {
  const std::size_t count = GENERATE(1U, 2U, 3U, 8U, 16U, 32U);
  CAPTURE(count);
  const Quadrature rule = gauss_legendre(count);
  const auto integral = [&](std::size_t power) {
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i)
      sum += rule.weights[i] * std::pow(rule.nodes[i], static_cast<double>(power));
    return sum;
  };
  for (std::size_t power = 0; power < 2 * count; ++power)
    CHECK(integral(power) == Approx(1 / (static_cast<double>(power) + 1)).epsilon(1e-12));
  if (count < 8)  // later it is too little to see
    CHECK(std::abs(integral(2 * count) - 1 / (2 * static_cast<double>(count) + 1)) > 1e-5);
}

TEST_CASE("quadrature: the nodes lie inside, in order, and weigh more than nothing") {
  const Quadrature rule = gauss_legendre(32);
  CHECK(rule.nodes.front() > 0);
  CHECK(rule.nodes.back() < 1);
  for (std::size_t i = 0; i < 32; ++i) CHECK(rule.weights[i] > 0);
  for (std::size_t i = 1; i < 32; ++i) CHECK(rule.nodes[i - 1] < rule.nodes[i]);
}
