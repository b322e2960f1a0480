#include <diamond/tuning/parzen_estimator.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace diamond {
namespace {

/// The logarithm of the standard normal density.
double log_normal_density(double z) {
  static const double constant = 0.5 * std::log(2 * std::numbers::pi);
  return -0.5 * z * z - constant;
}

/// The probability that a standard normal number is above `z`.
double upper_tail(double z) {
  return 0.5 * std::erfc(z / std::numbers::sqrt2);
}

double log_sum_exp(std::span<const double> terms) {
  const double largest = *std::max_element(terms.begin(), terms.end());
  double sum = 0;
  for (const double term : terms) sum += std::exp(term - largest);
  return largest + std::log(sum);
}

}  // namespace

std::vector<double> observation_weights(std::size_t count) {
  constexpr std::size_t flat = 25;
  std::vector<double> weights(count, 1.0);
  if (count <= flat) return weights;
  const std::size_t old = count - flat;
  const double first = 1 / static_cast<double>(count);
  for (std::size_t i = 0; i < old; ++i)
    weights[i] =
        first +
        (old == 1 ? 0 : (1 - first) * static_cast<double>(i) / static_cast<double>(old - 1));
  return weights;
}

double bandwidth(std::size_t count, std::size_t dimensions) {
  const double scott = 0.2 * std::pow(static_cast<double>(std::max<std::size_t>(count, 1)),
                                      -1 / (static_cast<double>(dimensions) + 4));
  return std::clamp(scott, 1 / std::min(100.0, static_cast<double>(count) + 2), 1.0);
}

double normal_mass(double low, double high) {
  // A difference of two like numbers loses its digits: where the density hardly changes, its
  // middle times the width is closer.
  if (high - low < 1e-5) return std::exp(log_normal_density((low + high) / 2)) * (high - low);
  if (low > 0) return upper_tail(low) - upper_tail(high);
  if (high < 0) return upper_tail(-high) - upper_tail(-low);
  return 1 - upper_tail(-low) - upper_tail(high);
}

ParzenEstimator::ParzenEstimator(const SearchSpace& space, std::span<const Point> observations)
    : weights_(observation_weights(observations.size())) {
  weights_.push_back(1);
  const double sum = std::accumulate(weights_.begin(), weights_.end(), 0.0);
  for (double& weight : weights_) weight /= sum;

  const auto free_dimensions = static_cast<std::size_t>(std::count_if(
      space.begin(), space.end(), [](const Dimension& d) { return !only_coordinate(d); }));
  const double share = bandwidth(observations.size(), free_dimensions);
  for (std::size_t place = 0; place < space.size(); ++place) {
    const Dimension& dimension = space[place];
    if (const auto only = only_coordinate(dimension)) {
      dimensions_.emplace_back(Fixed{*only});
    } else if (const auto* choices = std::get_if<Choices>(&dimension.range)) {
      Categorical categorical{choices->values.size(), {}};
      for (const Point& point : observations)
        categorical.observed.push_back(static_cast<std::size_t>(point[place]));
      dimensions_.emplace_back(std::move(categorical));
    } else {
      const auto* floats = std::get_if<FloatRange>(&dimension.range);
      const Axis axis =
          floats != nullptr ? axis_of(*floats) : axis_of(std::get<IntRange>(dimension.range));
      dimensions_.emplace_back(numeric(axis, observations, place, share));
    }
  }
}

ParzenEstimator::Numeric ParzenEstimator::numeric(const Axis& axis,
                                                  std::span<const Point> observations,
                                                  std::size_t place, double share) {
  const double range = axis.high - axis.low;
  Numeric numeric{axis, {}, {}, {}};
  for (const Point& point : observations)
    numeric.means.push_back(std::clamp(axis.place_of(point[place]), axis.low, axis.high));
  numeric.deviations.assign(observations.size(), share * range);
  numeric.means.push_back(axis.low + range / 2);
  numeric.deviations.push_back(range);
  for (std::size_t k = 0; k < numeric.means.size(); ++k)
    numeric.log_masses.push_back(
        std::log(normal_mass((axis.low - numeric.means[k]) / numeric.deviations[k],
                             (axis.high - numeric.means[k]) / numeric.deviations[k])));
  return numeric;
}

double ParzenEstimator::Numeric::draw(std::size_t kernel, Random& random) const {
  // Its middle is inside and it is no wider than the axis: one in three is inside, at least.
  while (true) {
    const double place = means[kernel] + deviations[kernel] * random.normal();
    if (place >= axis.low && place <= axis.high) return axis.coordinate_at(place);
  }
}

double ParzenEstimator::Numeric::log_density(std::size_t kernel, double coordinate) const {
  const double mean = means[kernel];
  const double deviation = deviations[kernel];
  if (axis.whole && axis.scale == Scale::linear)
    return std::log(normal_mass((coordinate - 0.5 - mean) / deviation,
                                (coordinate + 0.5 - mean) / deviation)) -
           log_masses[kernel];
  return log_normal_density((axis.place_of(coordinate) - mean) / deviation) - std::log(deviation) -
         log_masses[kernel];
}

double ParzenEstimator::Categorical::probability(std::size_t kernel, std::size_t choice) const {
  const auto count = static_cast<double>(choices);
  if (kernel == observed.size()) return 1 / count;
  const double prior = 1 / (static_cast<double>(observed.size()) + 1);
  return (prior + (observed[kernel] == choice ? 1 : 0)) / (count * prior + 1);
}

double ParzenEstimator::Categorical::draw(std::size_t kernel, Random& random) const {
  double left = random.uniform();
  for (std::size_t choice = 0; choice + 1 < choices; ++choice) {
    left -= probability(kernel, choice);
    if (left < 0) return static_cast<double>(choice);
  }
  return static_cast<double>(choices - 1);
}

double ParzenEstimator::Categorical::log_density(std::size_t kernel, double coordinate) const {
  return std::log(probability(kernel, static_cast<std::size_t>(coordinate)));
}

std::size_t ParzenEstimator::draw_kernel(Random& random) const {
  double left = random.uniform();
  for (std::size_t kernel = 0; kernel + 1 < weights_.size(); ++kernel) {
    left -= weights_[kernel];
    if (left < 0) return kernel;
  }
  return weights_.size() - 1;
}

Point ParzenEstimator::draw(Random& random) const {
  const std::size_t kernel = draw_kernel(random);
  Point point;
  for (const auto& dimension : dimensions_)
    point.push_back(std::visit([&](const auto& d) { return d.draw(kernel, random); }, dimension));
  return point;
}

double ParzenEstimator::log_density(const Point& point) const {
  std::vector<double> terms(weights_.size());
  for (std::size_t kernel = 0; kernel < terms.size(); ++kernel) {
    terms[kernel] = std::log(weights_[kernel]);
    for (std::size_t i = 0; i < dimensions_.size(); ++i)
      terms[kernel] +=
          std::visit([&](const auto& dimension) { return dimension.log_density(kernel, point[i]); },
                     dimensions_[i]);
  }
  return log_sum_exp(terms);
}

}  // namespace diamond
