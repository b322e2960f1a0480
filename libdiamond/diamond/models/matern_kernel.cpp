#include <diamond/models/gauss_legendre.h>
#include <diamond/models/matern_kernel.h>

#include <algorithm>

namespace diamond::gaussian {
namespace {

/// So many points are compared at a time: their sums stay in the processor's registers.
constexpr int lanes = 16;
using Lanes = Eigen::Array<double, lanes, 1>;

/// At which the way to a stone is looked at. A fit to data/diamonds.csv is then off by NNN of its
/// value.
constexpr std::size_t nodes_on_the_way = 8;

Index whole_lanes(Index size) {
  return (size + lanes - 1) / lanes * lanes;
}

/// √3 r from `point` to those number [first, first + lanes).
inline Lanes lane_distances(const Eigen::ArrayXXd& scaled, Index first, const double* point) {
  Lanes squares = Lanes::Zero();
  for (Index feature = 0; feature < scaled.cols(); ++feature)
    squares += (scaled.col(feature).segment<lanes>(first) - point[feature]).square();
  return (3 * squares).sqrt();
}

inline Lanes matern(const Lanes& distances) {
  return (1 + distances) * (-distances).exp();
}

inline void copy_lanes(const Lanes& values, Index first, Index size, double* out) {
  std::copy_n(values.data(), std::min<Index>(lanes, size - first), out + first);
}

}  // namespace

ScaledPoints::ScaledPoints(const Eigen::MatrixXd& points, const Eigen::VectorXd& length_scales)
    : scaled_(Eigen::ArrayXXd::Zero(whole_lanes(points.rows()), points.cols())),
      size_(points.rows()) {
  for (Index feature = 0; feature < points.cols(); ++feature)
    scaled_.col(feature).head(size_) = points.col(feature).array() / length_scales(feature);
}

void ScaledPoints::distances(const double* point, double* out) const {
  for (Index first = 0; first < size_; first += lanes)
    copy_lanes(lane_distances(scaled_, first, point), first, size_, out);
}

void ScaledPoints::correlations(const double* point, double* out) const {
  for (Index first = 0; first < size_; first += lanes)
    copy_lanes(matern(lane_distances(scaled_, first, point)), first, size_, out);
}

double ScaledPoints::weighted_correlations(const double* point,
                                           const Eigen::VectorXd& weights) const {
  Lanes sums = Lanes::Zero();
  for (Index first = 0; first < size_; first += lanes)
    sums += matern(lane_distances(scaled_, first, point)) * weights.segment<lanes>(first).array();
  return sums.sum();
}

Eigen::VectorXd ScaledPoints::effects_on_the_way(const Eigen::VectorXd& point,
                                                 const Eigen::VectorXd& weights) const {
  static const Quadrature rule = gauss_legendre(nodes_on_the_way);
  const double way = point.squaredNorm();
  // Σᵢ weightᵢ ∫ e^(−√3 rᵢ(t)) t dt, and by feature Σᵢ weightᵢ ∫ e^(−√3 rᵢ(t)) dt · x'ᵢ
  Lanes pull_along = Lanes::Zero();
  Eigen::Array<double, lanes, Eigen::Dynamic> pull_back =
      Eigen::Array<double, lanes, Eigen::Dynamic>::Zero(lanes, point.size());
  for (Index first = 0; first < size_; first += lanes) {
    // r² = |t x − x'|² = t² |x|² − 2t x·x' + |x'|²
    Lanes products = Lanes::Zero();
    Lanes squares = Lanes::Zero();
    for (Index feature = 0; feature < point.size(); ++feature) {
      const auto others = scaled_.col(feature).segment<lanes>(first);
      products += point(feature) * others;
      squares += others.square();
    }
    Lanes integral = Lanes::Zero();
    Lanes integral_along = Lanes::Zero();
    for (std::size_t i = 0; i < rule.nodes.size(); ++i) {
      const double t = rule.nodes[i];
      const Lanes distances = (3 * (t * (t * way - 2 * products) + squares).max(0.0)).sqrt();
      const Lanes part = rule.weights[i] * (-distances).exp();
      integral += part;
      integral_along += t * part;
    }
    const auto weight = weights.segment<lanes>(first).array();
    pull_along += weight * integral_along;
    integral *= weight;
    for (Index feature = 0; feature < point.size(); ++feature)
      pull_back.col(feature) += integral * scaled_.col(feature).segment<lanes>(first);
  }
  const Eigen::ArrayXd others = pull_back.colwise().sum().transpose();
  return -3 * point.array() * (point.array() * pull_along.sum() - others);
}

Eigen::VectorXd ScaledPoints::padded(const Eigen::VectorXd& weights) const {
  Eigen::VectorXd all = Eigen::VectorXd::Zero(whole_lanes(size_));
  all.head(size_) = weights;
  return all;
}

void correlations(const ScaledPoints& points, const ScaledPoints& others, Index first, Index last,
                  Eigen::Ref<Eigen::MatrixXd> out) {
  for (Index row = first; row < last; ++row)
    points.correlations(others.point(row).data(), out.col(row - first).data());
}

}  // namespace diamond::gaussian
