// A density over a search space, made of kernels around observed points: the half of a TPE.
//
// The figures are those of Optuna 3.1's multivariate estimator; see sampler.h.
#pragma once

#include <diamond/core/random.h>
#include <diamond/tuning/axis.h>
#include <diamond/tuning/search_space.h>

#include <cstddef>
#include <span>
#include <variant>
#include <vector>

namespace diamond {

/// What `count` observations weigh, the oldest first, before they are made to sum to 1: the newest
/// 25 weigh 1, the older ones rise in a line from 1 / count to 1.
[[nodiscard]] std::vector<double> observation_weights(std::size_t count);

/// The standard deviation of an observation's kernel, as a share of the range: Scott's rule
/// 0.2 · count^(−1 / (dimensions + 4)), but at least 1 / min(100, count + 2) ("magic clip"; the
/// prior counts among the kernels) and at most 1.
[[nodiscard]] double bandwidth(std::size_t count, std::size_t dimensions);

/// The probability that a standard normal number is between `low` and `high`. Exact in both tails.
/// Requires: low <= high.
[[nodiscard]] double normal_mass(double low, double high);

class ParzenEstimator {
 public:
  /// One kernel for each observation (in the order of the trials) and one for the prior, which
  /// covers the whole space. Dimensions that leave no choice count for nothing.
  ParzenEstimator(const SearchSpace& space, std::span<const Point> observations);

  [[nodiscard]] Point draw(Random& random) const;

  /// On the axes: of a logarithmic dimension, the density of the logarithm; of whole numbers on a
  /// linear scale and of choices, the probability.
  [[nodiscard]] double log_density(const Point& point) const;

 private:
  /// A normal distribution cut off at the axis' ends for each kernel.
  struct Numeric {
    Axis axis;
    std::vector<double> means;
    std::vector<double> deviations;
    std::vector<double> log_masses;  // of what is between the ends

    [[nodiscard]] double draw(std::size_t kernel, Random& random) const;
    [[nodiscard]] double log_density(std::size_t kernel, double coordinate) const;
  };

  /// The observed choice against all others, which share alike.
  struct Categorical {
    std::size_t choices = 0;
    std::vector<std::size_t> observed;  // nothing for the prior, the last kernel

    [[nodiscard]] double probability(std::size_t kernel, std::size_t choice) const;
    [[nodiscard]] double draw(std::size_t kernel, Random& random) const;
    [[nodiscard]] double log_density(std::size_t kernel, double coordinate) const;
  };

  /// Leaves no choice.
  struct Fixed {
    double coordinate = 0;

    [[nodiscard]] double draw(std::size_t /*kernel*/, Random& /*random*/) const {
      return coordinate;
    }
    [[nodiscard]] double log_density(std::size_t /*kernel*/, double /*coordinate*/) const {
      return 0;
    }
  };

  static Numeric numeric(const Axis& axis, std::span<const Point> observations, std::size_t place,
                         double share);

  [[nodiscard]] std::size_t draw_kernel(Random& random) const;

  std::vector<double> weights_;  // sum to 1; the prior's is the last
  std::vector<std::variant<Numeric, Categorical, Fixed>> dimensions_;
};

}  // namespace diamond
