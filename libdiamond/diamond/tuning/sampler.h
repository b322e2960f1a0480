// Which point of a search space to try next.
#pragma once

#include <diamond/core/random.h>
#include <diamond/tuning/search_space.h>

#include <cstddef>
#include <memory>
#include <span>

namespace diamond {

/// What came of a point: the lower the loss the better.
struct Observation {
  Point point;
  double loss = 0;  // finite
};

/// Has no state: what it suggests depends on nothing but its arguments. Safe from any thread.
class Sampler {
 public:
  virtual ~Sampler() = default;

  /// `seen` is in the order of the trials.
  [[nodiscard]] virtual Point suggest(const SearchSpace& space, std::span<const Observation> seen,
                                      Random& random) const = 0;
};

/// Every point equally likely; on a logarithmic scale, every magnitude.
[[nodiscard]] std::unique_ptr<Sampler> make_random_sampler();

struct TpeSettings {
  std::size_t startup_trials = 10;  // so many random points come first
  std::size_t candidates = 24;      // so many are drawn, and the most promising one is taken
};

/// The tree-structured Parzen estimator (Bergstra et al., "Algorithms for Hyper-Parameter
/// Optimization", NeurIPS 2011), multivariate (all parameters jointly), with the details of Optuna
/// 3.1 as Watanabe describes them (arXiv 2304.11127): the best min(⌈0.1·n⌉, 25) observations are
/// the good ones; each observation is a kernel, a product over the dimensions (truncated normals,
/// for whole numbers on a linear scale integrated over ±½, for choices the choice itself against
/// all others); the newest 25 observations of a group weigh 1, older ones less in a line down to
/// 1/n; one more kernel, as wide as the space, is the prior; bandwidth 0.2·n^(−1/(d+4)) of the
/// range, at least 1/min(100, n+2) of it ("magic clip"; the prior counts). The candidates are drawn
/// from the good ones' density; the one with the largest ratio to the others' density is taken.
/// Unlike in Optuna 3.1 a normal density is divided by its width, as it must be to be one.
[[nodiscard]] std::unique_ptr<Sampler> make_tpe_sampler(const TpeSettings& settings = {});

}  // namespace diamond
