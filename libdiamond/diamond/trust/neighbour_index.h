// The stones of a data set that are most like a stone, across grades; and whether any is.
#pragma once

#include <diamond/core/table.h>
#include <diamond/trust/neighbour.h>
#include <diamond/trust/warning.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

namespace diamond {

/// How far two stones are from each other, in steps: the root of the sum of the squares of how far
/// they are in each of
///   cut, color, clarity   a grade is a step,
///   carat                 10 % is a step (of the logarithm: twice the weight is 7.3),
///   depth                 2 points are a step,
///   table                 3 points are a step.
/// So a step of weight, depth or table is about what changes the price, or the grade of the cut, as
/// a grade does. x, y and z follow from these; see Proportions. Always finite.
[[nodiscard]] double steps_between(const Diamond& one, const Diamond& other);

/// A k-d tree of the stones, about 24 bytes a row beside the table. Never changes; safe from any
/// thread; copies share the tree.
class NeighbourIndex {
 public:
  /// 20 ms for 54 thousand rows, 3 to 4 s for 5 million. Requires: not null.
  explicit NeighbourIndex(std::shared_ptr<const Table> table);

  /// How many steps away the nearest stone may be before a stone counts as alone: 2, or what 998 in
  /// 1,000 of the data's own stones have another one within, if that is more (judged by 2,000 of
  /// them). In a small data set few stones have a near one, and those that come will not either.
  [[nodiscard]] double radius() const { return radius_; }

  /// The nearest stone of a stone that is alone; nothing where one is within the radius, which
  /// takes a fraction of a microsecond, or where there are no stones.
  [[nodiscard]] std::optional<Neighbour> far_nearest(const Diamond& stone) const;

  /// Up to `count` stones, nearest first; of equally near ones, that which comes first in the data.
  [[nodiscard]] std::vector<Neighbour> nearest(const Diamond& stone, std::size_t count) const;

 private:
  class Tree;

  [[nodiscard]] double usual_radius() const;

  std::shared_ptr<const Table> table_;
  std::shared_ptr<const Tree> tree_;
  double radius_ = 0;
};

/// "no stone of the training data is near: the nearest, 3.4 steps away, is 1.51 carat, Ideal, F,
/// VVS1, depth 61.5 %, table 57 %"; its field is the one in which they differ most.
[[nodiscard]] Warning warning_of_loneliness(const Diamond& stone, const Neighbour& nearest);

}  // namespace diamond
