// How the numbers of a stone hang together: its weight and its size, its depth and its height, its
// length and its width.
//
// A round brilliant is a certain solid, so that its numbers check each other. In data/diamonds.csv
//   carat / (x·y·z)            is 0.0061 carat/mm³, nine in ten stones within 2.8 % of it (by cut),
//   200 z / (x + y) − depth    is 0, nine in ten within 0.05 points,
//   y / x                      is 1.004, nine in ten within 1.7 %;
// stones of other shapes have other figures, so they are learned from the data.
#pragma once

#include <diamond/core/diamond.h>
#include <diamond/trust/medians_by_cut.h>
#include <diamond/trust/range.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

namespace diamond {

/// What checks what.
enum class Relation : std::uint8_t {
  weight,  // carat against x·y·z
  depth,   // depth against z over the mean of x and y
  width    // y against x
};

inline constexpr std::array<Relation, 3> all_relations = {Relation::weight, Relation::depth,
                                                          Relation::width};

/// By Relation: how far a stone is off, in tolerances; where all are from −1 to 1 it hangs
/// together. Not finite for sizes that are next to 0.
using Deviations = std::array<double, all_relations.size()>;

/// Depth by its definition: z over the mean of x and y, percent.
[[nodiscard]] constexpr double measured_depth(const Diamond& stone) {
  return 200 * stone.z / (stone.x + stone.y);
}

/// Never changes; safe from any thread.
class Proportions {
 public:
  /// Medians of the stones, with tolerances of four times what nine in ten of them keep to (of a
  /// normal distribution all but one in 10 000 000 000), but never less than 12 % of the weight, 1
  /// point of depth (about what a z in tenths of a millimetre leaves open) and 5 % of the width. So
  /// impossible stones among them do no harm while they are fewer than one in twenty. No stones:
  /// the figures of round brilliants. Requires: all quantities are finite and above 0.
  explicit Proportions(std::span<const PricedDiamond> stones);

  /// Whether the stone hangs together: a few multiplications.
  [[nodiscard]] bool hold(const Diamond& stone) const {
    const double box = stone.x * stone.y * stone.z;
    const double girdle = stone.x + stone.y;
    const Range& density = density_bounds_[static_cast<std::size_t>(stone.cut)];
    return density.low * box <= stone.carat && stone.carat <= density.high * box &&
           std::abs(200 * stone.z - stone.depth * girdle) <= tolerance_of_depth() * girdle &&
           ratio_bounds_.low * stone.x <= stone.y && stone.y <= ratio_bounds_.high * stone.x;
  }

  /// The same with figures.
  [[nodiscard]] Deviations deviations(const Diamond& stone) const;

  /// carat/mm³ of the box around the stone, median of this cut; of all stones where the cut has
  /// hardly any.
  [[nodiscard]] double density(Cut cut) const { return density_[static_cast<std::size_t>(cut)]; }

  /// y / x, median.
  [[nodiscard]] double width_ratio() const { return width_ratio_; }

  /// Of the weight and of the width: of their natural logarithm. Of the depth: points.
  [[nodiscard]] double tolerance(Relation relation) const {
    return tolerances_[static_cast<std::size_t>(relation)];
  }

 private:
  [[nodiscard]] double tolerance_of_depth() const { return tolerance(Relation::depth); }

  PerCut density_{};
  double width_ratio_ = 1;
  std::array<double, all_relations.size()> tolerances_{1, 1, 1};
  std::array<Range, grade_count<Cut>> density_bounds_{};
  Range ratio_bounds_;
};

}  // namespace diamond
