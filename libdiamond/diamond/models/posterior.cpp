#include <diamond/core/error.h>
#include <diamond/core/parallel.h>
#include <diamond/models/posterior.h>

#include <algorithm>
#include <array>

namespace diamond::gaussian {
namespace {

constexpr Index block = 512;  // observations whose correlations are held at a time
constexpr Index piece = 32;   // of them, that one thread works out before the next

// What is added to the diagonal, as a share of its mean, where rounding has made a matrix
// indefinite: the least that helps.
constexpr std::array jitters = {0.0, 1e-12, 1e-10, 1e-8, 1e-6, 1e-4};

/// Correlations of the points number [first, last) of `others`, a column each, with all of
/// `points`.
Eigen::MatrixXd correlation_block(const ScaledPoints& points, const ScaledPoints& others,
                                  Index first, Index last, const Effort& effort) {
  Eigen::MatrixXd result(points.size(), last - first);
  parallel_for(
      static_cast<std::size_t>(last - first), piece,
      [&](std::size_t begin, std::size_t end) {
        const auto from = static_cast<Index>(begin);
        const auto to = static_cast<Index>(end);
        correlations(points, others, first + from, first + to, result.middleCols(from, to - from));
      },
      effort.threads);
  return result;
}

/// a⁻¹ b for a symmetric `a` of which the lower triangle is given.
Eigen::VectorXd solve_positive(const Eigen::MatrixXd& a, const Eigen::VectorXd& b,
                               const Effort& effort) {
  const double mean = a.diagonal().mean();
  for (const double jitter : jitters) {
    Eigen::MatrixXd factor = a;
    factor.diagonal().array() += jitter * mean;
    if (!factorise(factor, effort)) continue;
    Eigen::VectorXd solution = solve(factor, b);
    if (solution.allFinite()) return solution;
  }
  throw TrainingError("gaussian_process", "the rows' covariance cannot be factored",
                      "look for extreme numbers in the data");
}

double noise_ratio(const Kernel& kernel) {
  return kernel.noise * kernel.noise / (kernel.signal * kernel.signal);
}

}  // namespace

Eigen::VectorXd exact_weights(const Observations& observations, const Kernel& kernel,
                              const Effort& effort) {
  const ScaledPoints points(observations.points, kernel.length_scales);
  Eigen::MatrixXd a = correlation_block(points, points, 0, points.size(), effort);
  a.diagonal().array() += noise_ratio(kernel);
  return solve_positive(a, observations.values, effort);
}

Eigen::VectorXd sparse_weights(const Observations& observations, Index inducing,
                               const Kernel& kernel, const Effort& effort) {
  const ScaledPoints all(observations.points, kernel.length_scales);
  const ScaledPoints points(observations.points.topRows(inducing), kernel.length_scales);
  Eigen::MatrixXd a =
      noise_ratio(kernel) * correlation_block(points, points, 0, points.size(), effort);
  Eigen::VectorXd b = Eigen::VectorXd::Zero(inducing);
  for (Index first = 0; first < all.size(); first += block) {
    const Index last = std::min(all.size(), first + block);
    const Eigen::MatrixXd c = correlation_block(points, all, first, last, effort);
    b.noalias() += c * observations.values.segment(first, last - first);
    add_products(c, a, effort);
  }
  return solve_positive(a, b, effort);
}

}  // namespace diamond::gaussian
