#include <diamond/core/parallel.h>
#include <diamond/models/marginal_likelihood.h>

#include <nlopt.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <vector>

namespace diamond::gaussian {
namespace {

/// Bounds of the hyperparameters, for features and values of standard deviation 1. A feature of the
/// longest scale changes a correlation by less than a millionth.
struct Bounds {
  double least;
  double most;
};
constexpr Bounds length_scale_bounds = {0.05, 3000};
constexpr Bounds signal_bounds = {0.01, 100};
constexpr Bounds noise_bounds = {0.001, 2};

constexpr double least_gain = 1e-6;  // relative: where a step gains less, the search ends
constexpr Index piece_rows = 64;

/// √3 r of each pair.
Eigen::MatrixXd distances(const ScaledPoints& points, const Effort& effort) {
  Eigen::MatrixXd result(points.size(), points.size());
  parallel_for(
      static_cast<std::size_t>(points.size()), piece_rows,
      [&](std::size_t first, std::size_t last) {
        for (auto row = static_cast<Index>(first); row < static_cast<Index>(last); ++row)
          points.distances(points.point(row).data(), result.col(row).data());
      },
      effort.threads);
  return result;
}

/// Σᵢⱼ gᵢⱼ (xᵢ − xⱼ)² for each feature x of `points`. `g` is symmetric.
Eigen::VectorXd weighted_squares(const Eigen::MatrixXd& g, const Eigen::MatrixXd& points) {
  const Eigen::VectorXd sums = g.rowwise().sum();
  const Eigen::MatrixXd products = g * points;
  return 2 * (points.array().square().matrix().transpose() * sums -
              points.cwiseProduct(products).colwise().sum().transpose());
}

std::vector<double> logarithms(const Kernel& kernel) {
  std::vector<double> theta;
  for (const double length_scale : kernel.length_scales) theta.push_back(std::log(length_scale));
  theta.push_back(std::log(kernel.signal));
  theta.push_back(std::log(kernel.noise));
  return theta;
}

Kernel kernel_of(const std::vector<double>& theta) {
  const auto features = static_cast<Index>(theta.size()) - 2;
  Kernel kernel;
  kernel.length_scales.resize(features);
  for (Index i = 0; i < features; ++i)
    kernel.length_scales(i) = std::exp(theta[static_cast<std::size_t>(i)]);
  kernel.signal = std::exp(theta[theta.size() - 2]);
  kernel.noise = std::exp(theta[theta.size() - 1]);
  return kernel;
}

std::vector<double> bounds(std::size_t features, double Bounds::*side) {
  std::vector<double> theta(features, std::log(length_scale_bounds.*side));
  theta.push_back(std::log(signal_bounds.*side));
  theta.push_back(std::log(noise_bounds.*side));
  return theta;
}

/// What the optimiser asks, and the best of what it was told.
class Search {
 public:
  Search(const Observations& observations, const Effort& effort, std::vector<double> start)
      : observations_(observations), effort_(effort), best_(std::move(start)) {}

  static double evaluate(const std::vector<double>& theta, std::vector<double>& gradient,
                         void* search) {
    try {
      return static_cast<Search*>(search)->value(theta, gradient);
    } catch (const Stopped&) {
      throw nlopt::forced_stop();  // the library's C code lets no other exception through
    }
  }

  [[nodiscard]] const std::vector<double>& best() const { return best_; }

 private:
  double value(const std::vector<double>& theta, std::vector<double>& gradient) {
    const MarginalLikelihood found = marginal_likelihood(observations_, kernel_of(theta), effort_);
    std::copy_n(found.gradient.data(), gradient.size(), gradient.data());
    if (found.value > best_value_) {
      best_value_ = found.value;
      best_ = theta;
    }
    return std::max(found.value, least_value);
  }

  static constexpr double least_value = -1e100;  // the optimiser does not like infinities

  const Observations& observations_;
  const Effort& effort_;
  std::vector<double> best_;
  double best_value_ = -std::numeric_limits<double>::infinity();
};

}  // namespace

MarginalLikelihood marginal_likelihood(const Observations& observations, const Kernel& kernel,
                                       const Effort& effort) {
  const Index n = observations.points.rows();
  const double signal2 = kernel.signal * kernel.signal;
  const double noise2 = kernel.noise * kernel.noise;
  const ScaledPoints points(observations.points, kernel.length_scales);
  const Eigen::MatrixXd distance = distances(points, effort);
  const Eigen::MatrixXd decay = (-distance.array()).exp();
  Eigen::MatrixXd k = signal2 * (1 + distance.array()) * decay.array();
  k.diagonal().array() += noise2;
  MarginalLikelihood result{-std::numeric_limits<double>::infinity(),
                            Eigen::VectorXd::Zero(kernel.length_scales.size() + 2)};
  if (!factorise(k, effort)) return result;

  const Eigen::VectorXd alpha = solve(k, observations.values);  // K⁻¹y
  const double fit = observations.values.dot(alpha);
  result.value = -0.5 * fit - k.diagonal().array().log().sum() -
                 0.5 * static_cast<double>(n) * std::log(2 * std::numbers::pi);

  // ∂/∂θ = ½ tr((ααᵀ − K⁻¹) ∂K/∂θ)
  Eigen::MatrixXd w = -inverse(k, effort);
  w.noalias() += alpha * alpha.transpose();
  const double trace = w.trace();
  w = w.selfadjointView<Eigen::Lower>();
  w = w.cwiseProduct(decay).eval();  // ∂c/∂log lₖ = 3 e^(−√3 r) ((xₖ − x'ₖ) / lₖ)²
  const Eigen::MatrixXd scaled =
      observations.points * kernel.length_scales.cwiseInverse().asDiagonal();
  const Index features = kernel.length_scales.size();
  result.gradient.head(features) = 1.5 * signal2 * weighted_squares(w, scaled);
  result.gradient(features) = fit - static_cast<double>(n) - noise2 * trace;
  result.gradient(features + 1) = noise2 * trace;
  return result;
}

Kernel likeliest_kernel(const Observations& observations, const Kernel& start, int evaluations,
                        const Effort& effort) {
  std::vector<double> theta = logarithms(start);
  Search search(observations, effort, theta);
  nlopt::opt optimiser(nlopt::LD_LBFGS, static_cast<unsigned>(theta.size()));
  const std::size_t features = theta.size() - 2;
  optimiser.set_lower_bounds(bounds(features, &Bounds::least));
  optimiser.set_upper_bounds(bounds(features, &Bounds::most));
  optimiser.set_max_objective(Search::evaluate, &search);
  optimiser.set_maxeval(evaluations);
  optimiser.set_ftol_rel(least_gain);
  try {
    double value = 0;
    optimiser.optimize(theta, value);
  } catch (const std::runtime_error&) {  // NOLINT(bugprone-empty-catch)
    // Stopped, or no step gains any more in floating point: the best so far is an answer.
  }
  return kernel_of(search.best());
}

}  // namespace diamond::gaussian
