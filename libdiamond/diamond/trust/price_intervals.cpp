#include <diamond/trust/completion.h>
#include <diamond/trust/price_intervals.h>

#include <algorithm>
#include <cmath>
#include <future>
#include <vector>

namespace diamond {
namespace {

constexpr std::size_t most_rows = 5'000;           // that are assumed again
constexpr std::size_t rows_of_a_profile = 20'000;  // are enough for what is usual

/// Some of the rows, with all assumed that may be.
Table assumed_again(const TableView& view) {
  const TrainingProfile profile(view.table, rows_of_a_profile);
  const std::size_t count = std::min(view.size(), most_rows);
  Table assumed;
  for (std::size_t i = 0; i < count; ++i) {
    const auto [stone, price] = view.table.row(view.rows[i * view.size() / count]);
    assumed.push({complete(weight_and_grades(stone), profile).stone, price});
  }
  return assumed;
}

std::optional<IntervalPredictor> learn_in_part(const Model& model, const TableView& view) {
  const Table assumed = assumed_again(view);
  const std::vector<std::uint32_t> rows = all_rows(assumed);
  std::vector<double> prices(rows.size());
  model.predict({assumed, rows}, prices);
  const bool all_finite =
      std::all_of(prices.begin(), prices.end(), [](double price) { return std::isfinite(price); });
  return all_finite ? IntervalPredictor::learn({assumed, rows}, prices) : std::nullopt;
}

}  // namespace

std::optional<PriceIntervals> PriceIntervals::learn(const Model& model, const TableView& view,
                                                    std::span<const double> prices) {
  if (view.size() < IntervalPredictor::least_rows) return std::nullopt;
  auto in_part = std::async(std::launch::async, [&] { return learn_in_part(model, view); });
  std::optional<IntervalPredictor> whole = IntervalPredictor::learn(view, prices);
  return PriceIntervals(std::move(*whole), in_part.get());
}

std::optional<PriceInterval> PriceIntervals::interval_in_part(
    const Diamond& stone, double price, const TrainingProfile& profile) const {
  if (!in_part_) return std::nullopt;
  return in_part_->interval(complete(weight_and_grades(stone), profile).stone, price);
}

Json PriceIntervals::to_json() const {
  return {{"whole", whole_.to_json()}, {"in_part", in_part_ ? in_part_->to_json() : Json()}};
}

PriceIntervals PriceIntervals::from_json(const Json& json) {
  const Json& in_part = json.at("in_part");
  std::optional<IntervalPredictor> of_part;
  if (!in_part.is_null()) of_part = IntervalPredictor::from_json(in_part);
  return {IntervalPredictor::from_json(json.at("whole")), std::move(of_part)};
}

}  // namespace diamond
