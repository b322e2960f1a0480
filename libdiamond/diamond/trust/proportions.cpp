#include <diamond/trust/proportions.h>

#include <algorithm>
#include <vector>

namespace diamond {
namespace {

constexpr double round_density = 0.0061;  // carat/mm³, data/diamonds.csv

constexpr std::array<double, all_relations.size()> least_tolerances = {0.12, 1.0, 0.05};
constexpr double most_stones = 0.95;  // of which one in twenty is off on either side
constexpr double times_as_much = 4.0;

double box(const Diamond& stone) {
  return stone.x * stone.y * stone.z;
}

/// The larger deviation that 5 % of the stones exceed on one of the sides.
double usual_deviation(std::vector<double> deviations) {
  if (deviations.empty()) return 0;
  const double above = nearest_rank(deviations, most_stones);
  const double below = nearest_rank(deviations, 1 - most_stones);
  return std::max(above, -below);
}

}  // namespace

Proportions::Proportions(std::span<const PricedDiamond> stones)
    : density_(medians_by_cut(
          stones, [](const Diamond& stone) { return stone.carat / box(stone); }, round_density)) {
  std::vector<double> ratios;
  for (const PricedDiamond& one : stones) ratios.push_back(one.stone.y / one.stone.x);
  if (!ratios.empty()) width_ratio_ = nearest_rank(ratios, 0.5);

  std::array<std::vector<double>, all_relations.size()> by_relation;
  for (const PricedDiamond& one : stones) {
    const Deviations deviations = this->deviations(one.stone);  // in tolerances of 1, as yet
    for (std::size_t i = 0; i < by_relation.size(); ++i) by_relation[i].push_back(deviations[i]);
  }
  for (std::size_t i = 0; i < by_relation.size(); ++i)
    tolerances_[i] =
        std::max(least_tolerances[i], times_as_much * usual_deviation(std::move(by_relation[i])));

  const double weight = std::exp(tolerance(Relation::weight));
  for (std::size_t cut = 0; cut < density_.size(); ++cut)
    density_bounds_[cut] = {density_[cut] / weight, density_[cut] * weight};
  const double width = std::exp(tolerance(Relation::width));
  ratio_bounds_ = {width_ratio_ / width, width_ratio_ * width};
}

Deviations Proportions::deviations(const Diamond& stone) const {
  return {std::log(stone.carat / (box(stone) * density(stone.cut))) / tolerance(Relation::weight),
          (measured_depth(stone) - stone.depth) / tolerance(Relation::depth),
          std::log(stone.y / stone.x / width_ratio_) / tolerance(Relation::width)};
}

}  // namespace diamond
