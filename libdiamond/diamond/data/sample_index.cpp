#include <diamond/data/sample_index.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <tuple>
#include <utility>

namespace diamond {
namespace {

constexpr std::size_t combinations = grade_count<Cut> * grade_count<Color> * grade_count<Clarity>;

std::size_t combination(Cut cut, Color color, Clarity clarity) {
  return (static_cast<std::size_t>(cut) * grade_count<Color> + static_cast<std::size_t>(color)) *
             grade_count<Clarity> +
         static_cast<std::size_t>(clarity);
}

struct Candidate {
  double distance;
  std::uint32_t row;

  bool operator<(const Candidate& other) const {
    return std::tie(distance, row) < std::tie(other.distance, other.row);
  }
};

/// Collects the stones nearest to a weight among rows that are sorted by weight, one run of equal
/// weights after the other, the nearer neighbour first.
class NearestRuns {
 public:
  NearestRuns(const NumberColumn& carats, std::span<const std::uint32_t> rows, double carat,
              std::size_t count)
      : carats_(carats), rows_(rows), carat_(carat), count_(count) {
    const auto lighter = [&](std::uint32_t row, double weight) { return carats_[row] < weight; };
    left_ = right_ = static_cast<std::size_t>(
        std::lower_bound(rows.begin(), rows.end(), carat, lighter) - rows.begin());
  }

  std::vector<Candidate> collect() {
    while (left_ > 0 || right_ < rows_.size()) {
      const double next = std::min(left_distance(), right_distance());
      if (found_.size() >= count_ && next > found_.back().distance) break;
      if (left_distance() <= right_distance())
        take_left();
      else
        take_right();
    }
    std::sort(found_.begin(), found_.end());
    found_.resize(std::min(found_.size(), count_));
    return std::move(found_);
  }

 private:
  [[nodiscard]] double weight(std::size_t place) const { return carats_[rows_[place]]; }
  [[nodiscard]] double left_distance() const {
    return left_ == 0 ? infinity : std::abs(weight(left_ - 1) - carat_);
  }
  [[nodiscard]] double right_distance() const {
    return right_ == rows_.size() ? infinity : std::abs(weight(right_) - carat_);
  }

  void take_left() {
    const double distance = left_distance();
    const double run = weight(left_ - 1);
    const auto lighter = [&](std::uint32_t row, double other) { return carats_[row] < other; };
    const auto first = std::lower_bound(
        rows_.begin(), rows_.begin() + static_cast<std::ptrdiff_t>(left_), run, lighter);
    const auto start = static_cast<std::size_t>(first - rows_.begin());
    take(start, left_, distance);
    left_ = start;
  }

  void take_right() {
    const double distance = right_distance();
    const double run = weight(right_);
    const auto heavier = [&](double other, std::uint32_t row) { return other < carats_[row]; };
    const auto last = std::upper_bound(rows_.begin() + static_cast<std::ptrdiff_t>(right_),
                                       rows_.end(), run, heavier);
    const auto end = static_cast<std::size_t>(last - rows_.begin());
    take(right_, end, distance);
    right_ = end;
  }

  /// Within a run the rows are in the data's order, so its first `count_` are the only ones that
  /// can be wanted.
  void take(std::size_t first, std::size_t last, double distance) {
    for (std::size_t i = first; i < std::min(last, first + count_); ++i)
      found_.push_back({distance, rows_[i]});
  }

  static constexpr double infinity = std::numeric_limits<double>::infinity();

  const NumberColumn& carats_;
  std::span<const std::uint32_t> rows_;
  double carat_;
  std::size_t count_;
  std::size_t left_ = 0;   // rows_[left_ - 1] is the next on the lighter side
  std::size_t right_ = 0;  // rows_[right_] is the next on the heavier side
  std::vector<Candidate> found_;
};

}  // namespace

SampleIndex::SampleIndex(std::shared_ptr<const Table> table)
    : table_(std::move(table)), starts_(combinations + 1, 0) {
  const auto key = [this](std::size_t row) {
    return combination(table_->cut[row], table_->color[row], table_->clarity[row]);
  };
  // A counting sort by combination keeps the data's order; a stable sort by weight within each
  // keeps it for equal weights.
  for (std::size_t row = 0; row < table_->rows(); ++row) ++starts_[key(row) + 1];
  for (std::size_t i = 1; i < starts_.size(); ++i) starts_[i] += starts_[i - 1];
  rows_.resize(table_->rows());
  std::vector<std::size_t> next(starts_.begin(), starts_.end() - 1);
  for (std::size_t row = 0; row < table_->rows(); ++row)
    rows_[next[key(row)]++] = static_cast<std::uint32_t>(row);

  const NumberColumn& carats = (*table_)[Quantity::carat];
  for (std::size_t i = 0; i + 1 < starts_.size(); ++i)
    std::stable_sort(rows_.begin() + static_cast<std::ptrdiff_t>(starts_[i]),
                     rows_.begin() + static_cast<std::ptrdiff_t>(starts_[i + 1]),
                     [&](std::uint32_t a, std::uint32_t b) { return carats[a] < carats[b]; });
}

std::vector<PricedDiamond> SampleIndex::nearest(Cut cut, Color color, Clarity clarity, double carat,
                                                std::size_t count) const {
  const std::size_t group = combination(cut, color, clarity);
  const std::span<const std::uint32_t> rows(rows_.data() + starts_[group],
                                            starts_[group + 1] - starts_[group]);
  std::vector<PricedDiamond> stones;
  for (const Candidate& candidate :
       NearestRuns((*table_)[Quantity::carat], rows, carat, count).collect())
    stones.push_back(table_->row(candidate.row));
  return stones;
}

}  // namespace diamond
