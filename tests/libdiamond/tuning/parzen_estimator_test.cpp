#include "catch.h"

#include <diamond/tuning/parzen_estimator.h>

#include <array>
#include <cmath>

using namespace diamond;

namespace {

SearchSpace mixed_space() {
  return {{"x", FloatRange{-1, 3}},
          {"r", FloatRange{1e-3, 1, Scale::logarithmic}},
          {"k", IntRange{1, 9}},
          {"m", IntRange{2, 200, Scale::logarithmic}},
          {"c", Choices{{"a", "b", "c"}}}};
}

std::vector<Point> mixed_observations() {
  return {{-1, 0.001, 1, 2, 0}, {0.5, 0.02, 4, 10, 2}, {2, 0.3, 4, 50, 2}, {2.9, 1, 9, 200, 1}};
}

void check_near(double value, double expected, double tolerance = 1e-12) {
  INFO(value << " should be " << expected);
  CHECK(std::abs(value - expected) <= tolerance * std::abs(expected));
}

double density(const ParzenEstimator& estimator, double x) {
  return std::exp(estimator.log_density({x}));
}

}  // namespace

// Optuna 3.1.0: optuna.samplers._tpe.sampler.default_weights.
TEST_CASE("the newest 25 observations weigh 1 and older ones less") {
  CHECK(observation_weights(0).empty());
  CHECK(observation_weights(25) == std::vector<double>(25, 1.0));
  const std::vector<double> one_old = observation_weights(26);
  check_near(one_old[0], 1.0 / 26);
  CHECK(one_old[1] == 1);
  const std::vector<double> three_old = observation_weights(28);
  check_near(three_old[0], 1.0 / 28);
  check_near(three_old[1], 0.5178571428571429);
  check_near(three_old[2], 1);
  CHECK(three_old[27] == 1);
}

// Optuna 3.1.0: the sigmas of a multivariate _ParzenEstimator over [0, 1] in each dimension.
TEST_CASE("the bandwidth shrinks with the observations, but not below its clip") {
  check_near(bandwidth(1, 1), 1.0 / 3);
  check_near(bandwidth(4, 1), 1.0 / 6);
  check_near(bandwidth(10, 1), 0.12619146889603866);
  check_near(bandwidth(25, 1), 0.10506111217615069);
  check_near(bandwidth(300, 1), 0.06391543436761218);
  check_near(bandwidth(1, 6), 1.0 / 3);
  check_near(bandwidth(4, 6), 0.17411011265922482);
  check_near(bandwidth(300, 6), 0.11306231411713824);
}

// scipy.stats.norm: sf(low) − sf(high).
TEST_CASE("a normal's mass keeps its digits in both tails and in a narrow interval") {
  check_near(normal_mass(-1, 1), 0.6826894921370859);
  check_near(normal_mass(0, 0.5), 0.1914624612740131);
  check_near(normal_mass(5, 6), 2.856649842341556e-07);
  check_near(normal_mass(-6, -5), 2.856649842341556e-07);
  check_near(normal_mass(30, 31), 4.906713927147638e-198, 1e-10);
  check_near(normal_mass(1, 1 + 1e-8), 0.24197072451914337 * 1e-8, 1e-7);
  CHECK(normal_mass(2, 2) == 0);
}

// The kernels of Optuna 3.1.0's _ParzenEstimator for these observations (its weights, means,
// deviations and probabilities of choices), put together with scipy.stats.truncnorm.logpdf,
// scipy.stats.norm.cdf and scipy.special.logsumexp.
TEST_CASE("the density over a mixed space is Optuna's") {
  const ParzenEstimator estimator(mixed_space(), mixed_observations());
  check_near(estimator.log_density({0.4, 0.015, 4, 12, 2}), -5.64069179414573, 1e-13);
  check_near(estimator.log_density({-1, 1, 9, 200, 0}), -10.1224941894961, 1e-13);
  check_near(estimator.log_density({2.95, 0.9, 9, 190, 1}), -3.21415618703633, 1e-13);
}

TEST_CASE("a density sums to 1") {
  const ParzenEstimator floats({{"x", FloatRange{-1, 3}}},
                               std::vector<Point>{{-1}, {2.9}, {0.3}, {0.31}});
  constexpr int steps = 10'000;
  double sum = 0;
  for (int i = 0; i < steps; ++i) sum += density(floats, -1 + (i + 0.5) * 4 / steps) * 4 / steps;
  check_near(sum, 1, 1e-6);

  const ParzenEstimator ints({{"k", IntRange{-3, 9}}}, std::vector<Point>{{-3}, {9}, {2}});
  sum = 0;
  for (int k = -3; k <= 9; ++k) sum += density(ints, k);
  check_near(sum, 1);

  const ParzenEstimator choices({{"c", Choices{{1, 2, 3}}}}, std::vector<Point>{{0}, {0}, {2}});
  check_near(density(choices, 0) + density(choices, 1) + density(choices, 2), 1);
}

TEST_CASE("without observations the density is the prior alone") {
  const ParzenEstimator estimator({{"c", Choices{{1, 2, 3, 4}}}}, {});
  check_near(density(estimator, 3), 0.25);
}

TEST_CASE("points are drawn as often as their density says") {
  const ParzenEstimator ints({{"k", IntRange{0, 4}}}, std::vector<Point>{{0}, {0}, {3}});
  const ParzenEstimator choices({{"c", Choices{{1, 2, 3, 4, 5}}}},
                                std::vector<Point>{{4}, {4}, {1}});
  for (const ParzenEstimator* estimator : {&ints, &choices}) {
    std::array<int, 5> counts{};
    Random random(1, 0);
    for (int i = 0; i < 50'000; ++i)
      ++counts.at(static_cast<std::size_t>(estimator->draw(random).at(0)));
    for (std::size_t k = 0; k < counts.size(); ++k) {
      const double expected = 50'000 * density(*estimator, static_cast<double>(k));
      INFO(k);
      CHECK(std::abs(counts[k] - expected) < 5 * std::sqrt(expected));
    }
  }
}

TEST_CASE("a dimension that leaves no choice changes nothing for the others") {
  const ParzenEstimator alone({{"x", FloatRange{0, 1}}}, std::vector<Point>{{0.2}, {0.7}});
  const ParzenEstimator with_fixed({{"one", Choices{{"a"}}},
                                    {"x", FloatRange{0, 1}},
                                    {"k", IntRange{3, 3}},
                                    {"f", FloatRange{0.5, 0.5, Scale::logarithmic}}},
                                   std::vector<Point>{{0, 0.2, 3, 0.5}, {0, 0.7, 3, 0.5}});
  CHECK(with_fixed.log_density({0, 0.4, 3, 0.5}) == alone.log_density({0.4}));
  Random random(1, 0);
  const Point point = with_fixed.draw(random);
  CHECK(point[0] == 0);
  CHECK(point[2] == 3);
  CHECK(point[3] == 0.5);
}

TEST_CASE("the density stays finite far from every observation and on a very long range") {
  const std::vector<Point> crowd(2000, Point{0});
  const ParzenEstimator ints({{"k", IntRange{0, 1'000'000'000'000'000}}}, crowd);
  CHECK(std::isfinite(ints.log_density({1e15})));
  const ParzenEstimator floats({{"x", FloatRange{0, 1e300}}}, crowd);
  CHECK(std::isfinite(floats.log_density({1e300})));
}
