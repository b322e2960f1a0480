#include <diamond/core/huge_pages.h>
#include <diamond/core/parallel.h>
#include <diamond/metrics/quantile.h>
#include <diamond/trust/neighbour_index.h>
#include <diamond/trust/wording.h>

#include <nanoflann.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>

namespace diamond {
namespace {

constexpr double weight_step = 0.0953101798043249;  // log(1.1)
constexpr double depth_step = 2;
constexpr double table_step = 3;

constexpr double least_radius = 2;
constexpr double near_share = 0.998;
constexpr std::size_t judged_rows = 2'000;

constexpr std::size_t dimensions = 6;
constexpr std::size_t leaf_size = 32;

/// A place in steps, by `axes`.
using Place = std::array<float, dimensions>;

constexpr std::array<Field, dimensions> axes = {Field::cut,   Field::color, Field::clarity,
                                                Field::carat, Field::depth, Field::table};

/// A tree needs finite numbers, whatever a table may hold.
double bounded(double value) {
  constexpr double most = 1e6;
  return std::isfinite(value) ? std::clamp(value, 1 / most, most) : most;
}

float in_steps(double value, double step) {
  return static_cast<float>(bounded(value) / step);
}

float weight_in_steps(double carat) {
  return static_cast<float>(std::log(bounded(carat)) / weight_step);
}

/// A stone's place in 16 bytes.
struct Point {
  float weight;
  float depth;
  float table;
  Cut cut;
  Color color;
  Clarity clarity;

  [[nodiscard]] float operator[](std::size_t axis) const {
    switch (axis) {
      case 0:
        return static_cast<float>(cut);
      case 1:
        return static_cast<float>(color);
      case 2:
        return static_cast<float>(clarity);
      case 3:
        return weight;
      case 4:
        return depth;
      default:
        return table;
    }
  }

  [[nodiscard]] Place place() const {
    return {(*this)[0], (*this)[1], (*this)[2], (*this)[3], (*this)[4], (*this)[5]};
  }
};

float squared(float value) {
  return value * value;
}

/// Of two places, or of a place and a point.
template <class One, class Other>
float squared_steps(const One& one, const Other& other) {
  return squared(one[0] - other[0]) + squared(one[1] - other[1]) + squared(one[2] - other[2]) +
         squared(one[3] - other[3]) + squared(one[4] - other[4]) + squared(one[5] - other[5]);
}

Point point_of(const Diamond& stone) {
  return {weight_in_steps(stone.carat),
          in_steps(stone.depth, depth_step),
          in_steps(stone.table, table_step),
          stone.cut,
          stone.color,
          stone.clarity};
}

/// What nanoflann asks of a set of points.
struct Points {
  std::vector<Point> all;

  [[nodiscard]] std::size_t kdtree_get_point_count() const { return all.size(); }
  [[nodiscard]] float kdtree_get_pt(std::uint32_t row, std::size_t axis) const {
    return all[row][axis];
  }
  template <class Box>
  bool kdtree_get_bbox(Box& /*box*/) const {
    return false;
  }
};

/// What nanoflann asks of a distance.
struct SquaredSteps {
  using ElementType = float;
  using DistanceType = float;

  const Points& points;

  explicit SquaredSteps(const Points& some) : points(some) {}

  float evalMetric(const float* place, std::uint32_t row, std::size_t /*size*/) const {
    return squared_steps(place, points.all[row]);
  }
  template <class One, class Other>
  float accum_dist(One one, Other other, std::size_t /*axis*/) const {
    return squared(one - other);
  }
};

struct Found {
  float squared_steps;
  std::uint32_t row;

  bool operator<(const Found& other) const {
    return std::pair(squared_steps, row) < std::pair(other.squared_steps, other.row);
  }
};

// What nanoflann 1.4 or 1.7 asks of that which collects a search's results: addPoint says whether
// to go on, and only what is nearer than worstDist is of interest.

/// Stops at the first one.
class AnyWithin {
 public:
  using DistanceType = float;

  explicit AnyWithin(float squared_radius) : squared_radius_(squared_radius) {}

  bool addPoint(float /*distance*/, std::uint32_t /*row*/) {
    found_ = true;
    return false;
  }
  [[nodiscard]] float worstDist() const { return squared_radius_; }
  [[nodiscard]] bool full() const { return found_; }
  void sort() {}

 private:
  float squared_radius_;
  bool found_ = false;
};

/// Keeps so many, in a heap with the farthest on top.
class Nearest {
 public:
  using DistanceType = float;

  /// Requires: count > 0.
  explicit Nearest(std::size_t count) : count_(count) { heap_.reserve(count); }

  bool addPoint(float distance, std::uint32_t row) {
    const Found found{distance, row};
    if (full() && !(found < heap_.front())) return true;
    if (full()) {
      std::pop_heap(heap_.begin(), heap_.end());
      heap_.pop_back();
    }
    heap_.push_back(found);
    std::push_heap(heap_.begin(), heap_.end());
    return true;
  }
  /// A little farther than the farthest: an equally near one may come first in the data.
  [[nodiscard]] float worstDist() const {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    return full() ? std::nextafter(heap_.front().squared_steps, infinity) : infinity;
  }
  [[nodiscard]] bool full() const { return heap_.size() == count_; }
  void sort() {}

  std::vector<Found> in_order() {
    std::sort_heap(heap_.begin(), heap_.end());
    return std::move(heap_);
  }

 private:
  std::size_t count_;
  std::vector<Found> heap_;
};

Points points_of(const Table& table) {
  constexpr std::size_t piece = 65'536;
  Points points;
  reserve_to_fill(points.all, table.rows());
  points.all.resize(table.rows());
  parallel_for(table.rows(), piece, [&](std::size_t first, std::size_t last) {
    for (std::size_t row = first; row < last; ++row)
      points.all[row] = {weight_in_steps(table[Quantity::carat][row]),
                         in_steps(table[Quantity::depth][row], depth_step),
                         in_steps(table[Quantity::table][row], table_step),
                         table.cut[row],
                         table.color[row],
                         table.clarity[row]};
  });
  return points;
}

}  // namespace

class NeighbourIndex::Tree {
 public:
  explicit Tree(const Table& table)
      : points_(points_of(table)),
        tree_(dimensions, points_, nanoflann::KDTreeSingleIndexAdaptorParams(leaf_size)) {}

  [[nodiscard]] bool is_any_within(const Place& place, double steps) const {
    AnyWithin any(static_cast<float>(steps * steps));
    search(any, place);
    return any.full();
  }

  /// Requires: 0 < count ≤ rows.
  [[nodiscard]] std::vector<Found> nearest(const Place& place, std::size_t count) const {
    Nearest nearest(count);
    search(nearest, place);
    return nearest.in_order();
  }

  [[nodiscard]] Place place(std::size_t row) const { return points_.all[row].place(); }

 private:
  template <class Results>
  void search(Results& results, const Place& place) const {
    // A branch of the tree has both children, which the analyzer cannot know.
    // NOLINTNEXTLINE(clang-analyzer-core.NullDereference)
    tree_.findNeighbors(results, place.data(), {});
  }

  Points points_;
  nanoflann::KDTreeSingleIndexAdaptor<SquaredSteps, Points, dimensions, std::uint32_t> tree_;
};

double steps_between(const Diamond& one, const Diamond& other) {
  return std::sqrt(static_cast<double>(squared_steps(point_of(one), point_of(other))));
}

NeighbourIndex::NeighbourIndex(std::shared_ptr<const Table> table)
    : table_(std::move(table)),
      tree_(std::make_shared<const Tree>(*table_)),
      radius_(std::max(least_radius, usual_radius())) {}

/// 0 where there are no two stones.
double NeighbourIndex::usual_radius() const {
  constexpr std::size_t piece = 100;
  if (table_->rows() < 2) return 0;
  std::vector<double> steps(std::min(table_->rows(), judged_rows));
  parallel_for(steps.size(), piece, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
      const Place place = tree_->place(i * table_->rows() / steps.size());
      const float other = tree_->nearest(place, 2).back().squared_steps;  // the first is itself
      steps[i] = std::sqrt(static_cast<double>(other));
    }
  });
  return nearest_rank(steps, near_share);
}

std::optional<Neighbour> NeighbourIndex::far_nearest(const Diamond& stone) const {
  if (tree_->is_any_within(point_of(stone).place(), radius_)) return std::nullopt;
  std::vector<Neighbour> one = nearest(stone, 1);
  if (one.empty()) return std::nullopt;
  return one.front();
}

std::vector<Neighbour> NeighbourIndex::nearest(const Diamond& stone, std::size_t count) const {
  std::vector<Neighbour> neighbours;
  const std::size_t most = std::min(count, table_->rows());
  if (most == 0) return neighbours;
  for (const Found& found : tree_->nearest(point_of(stone).place(), most))
    neighbours.push_back(
        {table_->row(found.row), std::sqrt(static_cast<double>(found.squared_steps))});
  return neighbours;
}

Warning warning_of_loneliness(const Diamond& stone, const Neighbour& nearest) {
  const Place here = point_of(stone).place();
  const Diamond& other = nearest.stone.stone;
  const Place there = point_of(other).place();
  std::size_t farthest = 0;
  for (std::size_t axis = 1; axis < dimensions; ++axis)
    if (std::abs(here[axis] - there[axis]) > std::abs(here[farthest] - there[farthest]))
      farthest = axis;
  return {axes[farthest],
          "no stone of the training data is near: the nearest, " +
              shown(std::round(nearest.steps * 10) / 10) + " steps away, is " +
              with_name(Quantity::carat, other.carat) + ", " + std::string(name_of(other.cut)) +
              ", " + std::string(name_of(other.color)) + ", " +
              std::string(name_of(other.clarity)) + ", " + with_name(Quantity::depth, other.depth) +
              ", " + with_name(Quantity::table, other.table),
          WarningCode::no_neighbour,
          {},
          {},
          {},
          nearest};
}

}  // namespace diamond
