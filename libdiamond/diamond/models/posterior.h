// What a Gaussian process has learned from observations. Of this library's own models only.
#pragma once

#include <diamond/models/marginal_likelihood.h>

namespace diamond::gaussian {

/// The weights w of the posterior mean Σᵢ wᵢ c(x, xᵢ), i over all observations:
/// w = (C + ρI)⁻¹ y with ρ = noise²/signal² (Rasmussen & Williams 2006, equation 2.25).
/// Throws TrainingError where C + ρI cannot be factored.
[[nodiscard]] Eigen::VectorXd exact_weights(const Observations& observations, const Kernel& kernel,
                                            const Effort& effort);

/// The same over the first `inducing` observations alone, by the projected process approximation
/// (Quiñonero-Candela & Rasmussen 2005, "DTC"), which has the mean of the subset of regressors:
/// w = (ρ C_mm + C_mn C_nm)⁻¹ C_mn y. Takes time with n·m² and memory with m². With all of them
/// inducing it is exact.
[[nodiscard]] Eigen::VectorXd sparse_weights(const Observations& observations, Index inducing,
                                             const Kernel& kernel, const Effort& effort);

}  // namespace diamond::gaussian
