// Gaussian process regression (Rasmussen & Williams 2006): what is smooth is learned from few rows.
#pragma once

#include <diamond/models/estimator.h>

#include <memory>

namespace diamond {

/// Kind "gaussian_process". The target is a linear function of nine features of the stone
/// (`standardised_features.h`) plus a Gaussian process with a Matérn 3/2 covariance, a length scale
/// for each feature, plus noise; a price is the posterior mean.
///
/// The hyperparameters are those of the greatest marginal likelihood on `likelihood_rows` random
/// training rows, unless `kernel` names them. The posterior is exact for up to `inducing_points`
/// rows; of more, so many random ones are inducing points of a projected process (`posterior.h`).
/// Of more than `max_rows` rows, only so many random ones are learned from, so that neither time
/// nor memory grow further: with n rows, m inducing points and l likelihood rows it is
/// O(n·m² + evaluations·l³) and O(m² + l²).
///
/// Asked to stop, it learns from a few hundred rows with the hyperparameters found so far.
///
/// Files: `gaussian_process.json`, {"kind": "gaussian_process", "schema_version": 1, "target": …,
/// "features": [{"name", "low", "high", "mean", "deviation"}, …], "intercept": …, "slopes": […],
/// "deviation": …, "kernel": {"length_scales": […], "signal": …, "noise": …},
/// "points": [[nine standardised features, weight], …]}: price = to_price(intercept +
/// slopes · features + deviation · Σ weight · c(features, point)), c as in `matern_kernel.h`.
[[nodiscard]] std::unique_ptr<Estimator> make_gaussian_process();

}  // namespace diamond
