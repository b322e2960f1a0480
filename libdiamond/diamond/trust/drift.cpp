#include <diamond/metrics/quantile.h>
#include <diamond/trust/drift.h>

#include <algorithm>

namespace diamond {
namespace {

/// The same bins, empty.
Histogram emptied(Histogram histogram) {
  std::fill(histogram.counts.begin(), histogram.counts.end(), 0);
  return histogram;
}

}  // namespace

Drift::Drift(const TrainingProfile& profile)
    : profile_(profile), price_histogram_(emptied(profile.price_histogram())) {
  for (std::size_t i = 0; i < field_count; ++i)
    histograms_[i] = emptied(profile.histogram(static_cast<Field>(i)));
}

void Drift::count(Field field, double value) {
  const auto place = static_cast<std::size_t>(field);
  histograms_[place].add(value);
  ++given_[place];
}

void Drift::add(const PartialDiamond& stone) {
  ++stones_;
  count(Field::cut, static_cast<double>(stone.cut));
  count(Field::color, static_cast<double>(stone.color));
  count(Field::clarity, static_cast<double>(stone.clarity));
  const auto measure = [this](Quantity quantity, double value) {
    count(field_of(quantity), value);
    if (!profile_.range(quantity).contains(value))
      ++outside_[static_cast<std::size_t>(field_of(quantity))];
  };
  measure(Quantity::carat, stone.carat);
  for (const Quantity quantity : optional_quantities)
    if (const auto& value = value_of(stone, quantity)) measure(quantity, *value);
}

void Drift::add_price(double price) {
  price_histogram_.add(price);
  prices_.push_back(price);
}

Drift::OfField Drift::field(Field field) const {
  const auto place = static_cast<std::size_t>(field);
  return {given_[place], outside_[place],
          population_stability_index(profile_.histogram(field).counts, histograms_[place].counts)};
}

double Drift::price_psi() const {
  return population_stability_index(profile_.price_histogram().counts, price_histogram_.counts);
}

double Drift::median_price() const {
  std::vector<double> prices = prices_;
  return prices.empty() ? 0 : nearest_rank(prices, 0.5);
}

}  // namespace diamond
