#include <diamond/data/csv_writer.h>
#include <diamond/metrics/mean_interval.h>
#include <diamond/report/errors.h>
#include <diamond/trust/plausibility.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <string>

namespace diamond {
namespace {

/// As many digits as a person reads: prices that were predicted have more.
std::string shown(double value) {
  const double digits = std::abs(value) < 100 ? 100 : 1;
  std::string text;
  append_number(text, std::round(value * digits) / digits);
  return text;
}

std::string range_name(double from, double to) {
  return from == to ? shown(from) : shown(from) + " to " + shown(to);
}

/// Sums over the rows of a group.
struct ErrorSums {
  double absolute = 0;
  double squared = 0;
  double relative = 0;
  double signed_sum = 0;

  void add(double actual, double predicted) {
    const double error = predicted - actual;
    absolute += std::abs(error);
    squared += error * error;
    relative += std::abs(error) / std::max(actual, std::numeric_limits<double>::epsilon());
    signed_sum += error;
  }
};

Json figures_of(const Slice& slice, const JudgedModel& judged) {
  ErrorSums sums;
  for (const std::uint32_t place : slice.places)
    sums.add(judged.actual[place], judged.predicted[place]);
  const auto rows = static_cast<double>(slice.places.size());
  const double mae = sums.absolute / rows;
  const double half = half_mean_interval(mae, sums.squared / rows, rows);
  return {{"name", slice.name},
          {"rows", slice.places.size()},
          {"mae", mae},
          {"low", std::max(0.0, mae - half)},
          {"high", mae + half},
          {"mape", sums.relative / rows},
          {"bias", sums.signed_sum / rows}};
}

Json group(std::string_view field, std::string_view unit, const std::vector<Slice>& slices,
           const JudgedModel& judged) {
  Json groups = Json::array();
  for (const Slice& slice : slices)
    if (slice.field == field) groups.push_back(figures_of(slice, judged));
  return {{"field", field}, {"unit", unit}, {"groups", groups}};
}

Json json_of(const PricedDiamond& diamond) {
  const Diamond& stone = diamond.stone;
  Json json = {{"cut", name_of(stone.cut)},
               {"color", name_of(stone.color)},
               {"clarity", name_of(stone.clarity)},
               {"price", diamond.price}};
  for (const Quantity quantity : stone_quantities)
    json[std::string(info(quantity).name)] = value_of(stone, quantity);
  return json;
}

}  // namespace

std::vector<Slice> quantile_slices(std::string_view field, std::span<const double> values,
                                   std::size_t count) {
  std::vector<std::uint32_t> order(values.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return values[a] < values[b]; });
  std::vector<Slice> slices;
  std::size_t first = 0;
  for (std::size_t i = 1; i <= count; ++i) {
    std::size_t last = i * order.size() / count;
    while (last > first && last < order.size() && values[order[last]] == values[order[last - 1]])
      ++last;
    if (last <= first) continue;
    Slice slice{std::string(field),
                range_name(values[order[first]], values[order[last - 1]]),
                {order.begin() + static_cast<std::ptrdiff_t>(first),
                 order.begin() + static_cast<std::ptrdiff_t>(last)}};
    std::sort(slice.places.begin(), slice.places.end());
    slices.push_back(std::move(slice));
    first = last;
  }
  return slices;
}

Json errors_by_group(const JudgedModel& judged) {
  constexpr std::size_t tenths = 10;
  std::vector<double> carat(judged.test.size());
  judged.table[Quantity::carat].gather(judged.test, carat);
  const std::vector<Slice> grades = slices_of(judged.view());
  Json groups = Json::array();
  groups.push_back(group("carat", "carat", quantile_slices("carat", carat, tenths), judged));
  groups.push_back(group("price", "USD", quantile_slices("price", judged.actual, tenths), judged));
  for (const std::string_view field : {"cut", "color", "clarity"})
    groups.push_back(group(field, "", grades, judged));
  return groups;
}

Json sample_of_predictions(const JudgedModel& judged, std::size_t most) {
  Json sample = Json::array();
  for (const std::uint32_t place : judged.sample(most))
    sample.push_back({{"carat", judged.table[Quantity::carat][judged.test[place]]},
                      {"actual", judged.actual[place]},
                      {"predicted", judged.predicted[place]}});
  return sample;
}

Json worst_stones(const JudgedModel& judged, const TrainingProfile& profile, std::size_t count) {
  const auto error = [&](std::uint32_t place) {
    return std::abs(judged.predicted[place] - judged.actual[place]);
  };
  std::vector<std::uint32_t> places(judged.test.size());
  std::iota(places.begin(), places.end(), 0U);
  const auto last = places.begin() + static_cast<std::ptrdiff_t>(std::min(count, places.size()));
  std::partial_sort(places.begin(), last, places.end(), [&](std::uint32_t a, std::uint32_t b) {
    return error(a) != error(b) ? error(a) > error(b) : a < b;
  });
  places.erase(last, places.end());

  Json worst = Json::array();
  for (const std::uint32_t place : places) {
    const PricedDiamond diamond = judged.table.row(judged.test[place]);
    Json json = json_of(diamond);
    json["predicted"] = judged.predicted[place];
    json["warnings"] = Json::array();
    for (const Warning& warning : implausibilities(diamond.stone, profile))
      json["warnings"].push_back(warning.message);
    worst.push_back(json);
  }
  return worst;
}

}  // namespace diamond
