// The covariance of a Gaussian process: Matérn 3/2 with a length scale for each feature. Of this
// library's own models only.
#pragma once

#include <Eigen/Core>

namespace diamond::gaussian {

using Eigen::Index;

/// The hyperparameters θ (Rasmussen & Williams 2006, chapters 4.2 and 5.1): the values at two
/// points covary by signal² · c(r), and each observation has noise of variance noise² on top, with
/// c(r) = (1 + √3 r) e^(−√3 r) and r² = Σ ((xₖ − x'ₖ) / length_scaleₖ)².
struct Kernel {
  Eigen::VectorXd length_scales;  // in units of the features; long: the feature does not matter
  double signal = 1;              // standard deviation, in units of the values
  double noise = 0.1;             // standard deviation, in units of the values
};

/// Points measured in length scales, laid out so that one other is compared with many at a time.
/// What is computed for a pair depends on nothing but the two.
class ScaledPoints {
 public:
  ScaledPoints() = default;

  /// `points`, (n, features), in units of the features.
  ScaledPoints(const Eigen::MatrixXd& points, const Eigen::VectorXd& length_scales);

  [[nodiscard]] Index size() const { return size_; }

  /// Point number `row`, in length scales.
  [[nodiscard]] Eigen::VectorXd point(Index row) const { return scaled_.row(row); }

  /// √3 r from `point` (in length scales) to all points. `out`: (size()).
  void distances(const double* point, double* out) const;

  /// c(r) of `point` (in length scales) with all points. `out`: (size()).
  void correlations(const double* point, double* out) const;

  /// Σ weightᵢ c(rᵢ). `weights`: as `padded` makes them.
  [[nodiscard]] double weighted_correlations(const double* point,
                                             const Eigen::VectorXd& weights) const;

  /// What each feature adds to the sum Σ weightᵢ c(rᵢ) on the straight way from 0 to `point`: the
  /// integral along it of the sum's derivative by the feature, times the feature's way (Aumann &
  /// Shapley 1974, "Values of Non-Atomic Games"; Sundararajan, Taly & Yan 2017, "integrated
  /// gradients"). They add up to `change`, by which the sum differs between the two ends.
  /// `weights`: as `padded` makes them.
  [[nodiscard]] Eigen::VectorXd effects_on_the_way(const Eigen::VectorXd& point,
                                                   const Eigen::VectorXd& weights,
                                                   double change) const;

  /// These weights, (size()), and zeros up to a whole number of lanes.
  [[nodiscard]] Eigen::VectorXd padded(const Eigen::VectorXd& weights) const;

 private:
  Eigen::ArrayXXd scaled_;  // (size, features), and zeros up to a whole number of lanes
  Index size_ = 0;
};

/// c(r) of the points number [first, last) of `others` with all of `points`: column by column.
/// `out`: (points.size(), last − first).
void correlations(const ScaledPoints& points, const ScaledPoints& others, Index first, Index last,
                  Eigen::Ref<Eigen::MatrixXd> out);

}  // namespace diamond::gaussian
