// How likely observations are under a Gaussian process, and the hyperparameters that make them
// likeliest. Of this library's own models only.
#pragma once

#include <diamond/models/blocked_cholesky.h>
#include <diamond/models/matern_kernel.h>

#include <Eigen/Core>

namespace diamond::gaussian {

/// What was observed: a value, about 0 in the mean, at each point.
struct Observations {
  Eigen::MatrixXd points;  // (n, features)
  Eigen::VectorXd values;  // (n)
};

/// log p(values | points, θ), and its derivatives by the logarithms of θ.
struct MarginalLikelihood {
  double value = 0;
  Eigen::VectorXd gradient;  // by log length_scales…, log signal, log noise
};

/// Rasmussen & Williams 2006, equations 5.8 and 5.9. Takes time with n³ and memory with n². Where
/// the covariance is not positive definite in floating point, the value is −∞ and the gradient 0.
[[nodiscard]] MarginalLikelihood marginal_likelihood(const Observations& observations,
                                                     const Kernel& kernel, const Effort& effort);

/// The kernel of the greatest marginal likelihood near `start`, as L-BFGS (Liu & Nocedal 1989; from
/// NLopt) finds it in at most `evaluations` evaluations, each hyperparameter within fixed bounds.
/// Asked to stop, the best so far.
[[nodiscard]] Kernel likeliest_kernel(const Observations& observations, const Kernel& start,
                                      int evaluations, const Effort& effort);

}  // namespace diamond::gaussian
