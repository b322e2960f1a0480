#include <diamond/core/parallel.h>
#include <diamond/core/random.h>
#include <diamond/metrics/quantile.h>
#include <diamond/trust/training_profile.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace diamond {
namespace {

constexpr std::uint64_t seed = 42;

constexpr std::size_t extreme = 10'000;  // one stone of so many, on each side
constexpr std::size_t enough = 1'000;    // so many stones show how far they reach
constexpr std::size_t bins = 10;
constexpr std::size_t percents = 100;

constexpr double round_depth = 61.8;  // medians of data/diamonds.csv
constexpr double round_table = 57;

double number_of(const PricedDiamond& one, Quantity quantity) {
  return quantity == Quantity::price ? one.price : value_of(one.stone, quantity);
}

bool is_measured(const PricedDiamond& one) {
  return std::all_of(priced_quantities.begin(), priced_quantities.end(), [&](Quantity quantity) {
    const double value = number_of(one, quantity);
    return std::isfinite(value) && value > 0;
  });
}

/// In the table's order.
std::vector<PricedDiamond> drawn(const Table& table, std::size_t most_rows) {
  const std::size_t count = std::min(table.rows(), most_rows);
  std::vector<PricedDiamond> stones;
  stones.reserve(count);
  Random random(seed, 0);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t first = table.rows() * i / count;
    const std::size_t last = table.rows() * (i + 1) / count;
    const PricedDiamond one = table.row(first + random.below(last - first));
    if (is_measured(one)) stones.push_back(one);
  }
  return stones;
}

Range range_of(std::span<const double> sorted) {
  if (sorted.empty()) return {0, std::numeric_limits<double>::infinity()};
  const std::size_t outside = sorted.size() / extreme;
  Range range{sorted[outside], sorted[sorted.size() - 1 - outside]};
  if (sorted.size() >= enough) return range;
  const double slack = std::max(range.high - range.low, quantile(sorted, 0.5)) * 10.0 /
                       static_cast<double>(sorted.size());
  return {std::max(0.0, range.low - slack), range.high + slack};
}

}  // namespace

TrainingProfile::TrainingProfile(const Table& table, std::size_t most_rows)
    : TrainingProfile(drawn(table, most_rows)) {}

TrainingProfile::TrainingProfile(std::span<const PricedDiamond> stones)
    : rows_(stones.size()),
      proportions_(stones),
      depth_(medians_by_cut(
          stones, [](const Diamond& stone) { return stone.depth; }, round_depth)),
      table_(medians_by_cut(
          stones, [](const Diamond& stone) { return stone.table; }, round_table)) {
  parallel_for(priced_quantities.size(), 1, [&](std::size_t first, std::size_t /*last*/) {
    learn_quantity(stones, priced_quantities[first]);
  });
  learn_grades(stones);
}

void TrainingProfile::learn_quantity(std::span<const PricedDiamond> stones, Quantity quantity) {
  std::vector<double> sorted;  // impossible stones would only widen the range
  for (const PricedDiamond& one : stones)
    if (proportions_.hold(one.stone)) sorted.push_back(number_of(one, quantity));
  std::sort(sorted.begin(), sorted.end());
  ranges_[static_cast<std::size_t>(quantity)] = range_of(sorted);

  Histogram histogram = equal_bins(sorted, bins);
  for (const PricedDiamond& one : stones) histogram.add(number_of(one, quantity));
  if (quantity != Quantity::price) {
    histograms_[static_cast<std::size_t>(field_of(quantity))] = std::move(histogram);
    return;
  }
  price_histogram_ = std::move(histogram);
  for (std::size_t i = 0; i <= percents && !sorted.empty(); ++i)
    price_percentiles_.push_back(
        quantile(sorted, static_cast<double>(i) / static_cast<double>(percents)));
}

void TrainingProfile::learn_grades(std::span<const PricedDiamond> stones) {
  const auto of = [&](Field field) -> Histogram& {
    return histograms_[static_cast<std::size_t>(field)];
  };
  of(Field::cut) = grade_bins(grade_count<Cut>);
  of(Field::color) = grade_bins(grade_count<Color>);
  of(Field::clarity) = grade_bins(grade_count<Clarity>);
  for (const PricedDiamond& one : stones) {
    of(Field::cut).add(static_cast<double>(one.stone.cut));
    of(Field::color).add(static_cast<double>(one.stone.color));
    of(Field::clarity).add(static_cast<double>(one.stone.clarity));
  }
}

}  // namespace diamond
